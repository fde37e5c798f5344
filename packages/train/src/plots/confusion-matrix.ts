import * as Plot from "@observablehq/plot";
import { type ConfusionData, mostMistaken } from "./confusion-data.ts";
import type { Panel } from "./draw.ts";
import { count, percent } from "./numbers.ts";
import { shorten, widthOf } from "./text.ts";
import { COLOURS } from "./theme.ts";

/** How dark right and wrong cells are at most, so that the text on them can be read on light and dark backgrounds. */
const DARKEST = { right: 0.55, wrong: 0.5 } as const;
/** What the fewest have, so that one mistake can be seen. */
const LIGHTEST = 0.1;

const LARGEST_CELL = 56;
/** Pixels of a cell that has room for a count and a share below it. */
const TWO_LINES = 38;
const NAME_SIZE = 11;
const EDGE = 4;

interface Cell {
  readonly label: number;
  readonly predicted: number;
  readonly images: number;
  /** Of the images of its class. */
  readonly share: number;
  readonly opacity: number;
}

/**
 * A cell for each pair of classes. Right ones and mistaken ones have a colour each: those that are right are so many more
 * that in one colour no mistake would be seen.
 */
export function matrixPanel(
  data: ConfusionData,
  width: number,
  longestName: number,
): Panel & { readonly withShares: boolean } {
  const { classNames } = data;
  const classes = classNames.length;
  const longest = Math.max(...classNames.map((name) => widthOf(name, NAME_SIZE)));
  const names = Math.min(longest, longestName);
  const shown = classNames.map((name) => shorten(name, names, NAME_SIZE));
  const marginLeft = names + 10;
  const fit = (edge: number): number => Math.min(LARGEST_CELL, (width - marginLeft - edge) / classes);
  // Names that are wider than their column are slanted, and those of the last columns reach over the edge.
  const slanted = longest > fit(EDGE) - EDGE;
  const angle = !slanted ? 0 : fit(EDGE) < 24 ? 60 : 40;
  const [across, up] = [Math.cos, Math.sin].map((of) => names * of((angle / 180) * Math.PI)) as [number, number];
  const size = fit(slanted ? 0.65 * across : EDGE);
  const withShares = size >= TWO_LINES;
  const cells = cellsOf(data).filter(({ images }) => images > 0);
  const isRight = ({ label, predicted }: Cell): boolean => label === predicted;
  const place = { x: "predicted", y: "label" } as const;
  const bands = { type: "band", domain: classNames.map((_, k) => k), padding: 0.04 } as const;
  const marginTop = slanted ? up + 16 : 20;
  const nameAxis = { tickSize: 0, tickFormat: (k: number) => shown[k] as string, label: null, fontSize: NAME_SIZE };
  const marks = [
    Plot.axisX({ ...nameAxis, anchor: "top", tickPadding: slanted ? 2 : 5, tickRotate: -angle }),
    Plot.axisY({ ...nameAxis, tickPadding: 6 }),
    Plot.cell(
      classNames.flatMap((_, label) => classNames.map((_, predicted) => ({ label, predicted }))),
      { ...place, fill: "currentColor", fillOpacity: 0.035 },
    ),
    ...[true, false].map((right) =>
      Plot.cell(
        cells.filter((cell) => isRight(cell) === right),
        {
          ...place,
          fill: right ? COLOURS.training : COLOURS.evaluation,
          fillOpacity: { value: "opacity", scale: null },
          title: (cell: Cell) => inWords(classNames, cell),
        },
      ),
    ),
    Plot.text(cells, {
      ...place,
      text: ({ images }: Cell) => (size < 30 ? String(images) : count(images)),
      fontSize: size >= 44 ? 12 : size >= 30 ? 11 : size >= 25 ? 9.5 : 8.5,
      dy: withShares ? -6 : 0,
      pointerEvents: "none",
    }),
    ...(withShares
      ? [
          Plot.text(cells, {
            ...place,
            text: ({ share }: Cell) => percent(share, 0).replaceAll(/\s/g, ""),
            fontSize: 9.5,
            dy: 8,
            pointerEvents: "none",
          }),
        ]
      : []),
  ];
  const plot = {
    height: marginTop + size * classes + 2,
    marginTop,
    marginLeft,
    marginRight: Math.max(2, width - marginLeft - size * classes),
    marginBottom: 2,
    x: bands,
    y: bands,
    marks,
  };
  return { heading: "True class (rows)", remark: "Predicted class (columns)", plot, withShares };
}

function cellsOf({ confusion }: ConfusionData): Cell[] {
  const most = mostMistaken({ confusion });
  return confusion.flatMap((row, label) => {
    const all = row.reduce((sum, images) => sum + images, 0);
    return row.map((images, predicted) => {
      const share = all === 0 ? 0 : images / all;
      // By the root: of counts that differ a hundredfold the smaller ones are seen, too.
      const part = Math.sqrt(label === predicted ? share : images / most);
      const opacity = Math.max(LIGHTEST, DARKEST[label === predicted ? "right" : "wrong"] * part);
      return { label, predicted, images, share, opacity };
    });
  });
}

const inWords = (classNames: readonly string[], { label, predicted, images, share }: Cell): string =>
  `${classNames[label]} ${label === predicted ? "recognised" : `taken for ${classNames[predicted]}`}: ${count(images)} (${percent(share)})`;
