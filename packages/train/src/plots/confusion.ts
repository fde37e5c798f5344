import * as Plot from "@observablehq/plot";
import { visible } from "../text/index.ts";
import { type ConfusedPair, confusedPairs } from "./confused-pairs.ts";
import { type ConfusionData, mostMistaken } from "./confusion-data.ts";
import { matrixPanel } from "./confusion-matrix.ts";
import { DEFAULT_WIDTH, draw, innerWidth, isNarrow, type Panel, type PlotOptions } from "./draw.ts";
import { count, counted, percent } from "./numbers.ts";
import { shorten, spoken, widthOf } from "./text.ts";
import { COLORS } from "./theme.ts";

/** Maximum number of classes at which a matrix is readable. */
const MOST_CLASSES = { wide: 20, narrow: 10 } as const;
const MOST_PAIRS = 16;
/** Maximum width in pixels of the name of a class. */
const LONGEST_NAME = { wide: 110, narrow: 74 } as const;

/**
 * Plots the confusion matrix with counts and, space permitting, shares of the row. With more than 20 classes (10 in a narrow
 * plot) it plots the most frequent confusions instead. Returns the text of an SVG file.
 */
export function confusionPlot(
  named: ConfusionData,
  { width = DEFAULT_WIDTH, title = "Confusion matrix" }: PlotOptions = {},
): string {
  const data = { ...named, classNames: named.classNames.map(visible) };
  const size = isNarrow(width) ? "narrow" : "wide";
  const inner = innerWidth(width, title);
  const description = confusionInWords(data);
  if (data.classNames.length > MOST_CLASSES[size]) {
    const pairs = confusedPairs(data).slice(0, MOST_PAIRS);
    return draw({
      width,
      title,
      description,
      legend: [{ label: "images of the first class predicted as the second", color: COLORS.evaluation, sign: "area" }],
      panels: [pairsPanel(data, pairs, inner)],
      note: `The ${counted(pairs.length, "most frequent confusion")} of ${count(data.classNames.length)} classes. Percentages refer to the images of the first class.`,
    });
  }
  const { withShares, ...panel } = matrixPanel(data, inner, LONGEST_NAME[size]);
  return draw({
    width,
    title,
    description,
    legend: [
      { label: "correct", color: COLORS.training, sign: "area" },
      { label: `wrong (up to ${count(mostMistaken(data))})`, color: COLORS.evaluation, sign: "area" },
    ],
    panels: [panel],
    note: withShares ? "Percentages refer to the row." : "",
  });
}

/** Describes the plot in one or two sentences. */
export function confusionInWords(data: ConfusionData): string {
  const all = sum(data.confusion.flat());
  const right = sum(data.confusion.map((row, k) => row[k] as number));
  const pairs = confusedPairs(data).slice(0, 3);
  const total = `${count(right)} of ${counted(all, "image")} ${right === 1 ? "is" : "are"} classified correctly.`;
  if (pairs.length === 0) return total;
  return `${total} Most frequent confusions: ${pairs.map((pair) => pairInWords(data, pair)).join("; ")}.`;
}

const pairInWords = ({ classNames }: ConfusionData, { label, predicted, images, share }: ConfusedPair): string =>
  `${spoken(classNames[label])} as ${spoken(classNames[predicted])}, ${count(images)} (${percent(share)} of its images)`;

const ROW = 24;
const NAME_SIZE = 11;

function pairsPanel({ classNames }: ConfusionData, pairs: readonly ConfusedPair[], width: number): Panel {
  const most = Math.min(0.55 * width, 320);
  const name = (k: number): string => shorten(classNames[k] as string, most / 2 - 16, NAME_SIZE);
  const rows = pairs.map((pair, row) => ({ ...pair, row, name: `${name(pair.label)} → ${name(pair.predicted)}` }));
  const room = 12 + Math.max(0, ...rows.map((row) => widthOf(row.name, NAME_SIZE)));
  return {
    plot: {
      height: Math.max(1, rows.length) * ROW + 8,
      marginTop: 4,
      marginBottom: 4,
      marginLeft: room,
      marginRight: 92,
      x: { axis: null, domain: [0, Math.max(1, ...pairs.map(({ images }) => images))] },
      y: { type: "band", domain: rows.map(({ row }) => row), padding: 0.3 },
      marks: [
        Plot.axisY({
          tickSize: 0,
          tickPadding: 8,
          tickFormat: (row: number) => rows[row]?.name ?? "",
          label: null,
          fontSize: NAME_SIZE,
        }),
        Plot.barX(rows, { x: "images", y: "row", fill: COLORS.evaluation, fillOpacity: 0.55 }),
        Plot.text(rows, {
          x: "images",
          y: "row",
          text: ({ images, share }: ConfusedPair) => `${count(images)} (${percent(share)})`,
          textAnchor: "start",
          dx: 6,
        }),
      ],
    },
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
