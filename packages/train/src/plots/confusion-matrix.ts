import * as Plot from "@observablehq/plot";
import { type ConfusionData, mostMistaken } from "./confusion-data.ts";
import type { Panel } from "./draw.ts";
import { count, percent } from "./numbers.ts";
import { shorten, widthOf } from "./text.ts";
import { COLORS } from "./theme.ts";

/** Maximum opacities of correct and wrong cells at which their text is readable on light and dark backgrounds. */
const DARKEST = { right: 0.55, wrong: 0.5 } as const;
/** Minimum opacity, at which a single mistake is visible. */
const LIGHTEST = 0.1;

const LARGEST_CELL = 56;
/** Minimum size in pixels of a cell with a count and a share below it. */
const TWO_LINES = 38;
const NAME_SIZE = 11;
const EDGE = 4;

interface Cell {
  readonly label: number;
  readonly predicted: number;
  readonly images: number;
  /** Share of the images of the true class. */
  readonly share: number;
  readonly opacity: number;
}

/**
 * Draws a cell for each pair of classes. Correct and wrong predictions have separate colors, because correct ones are so
 * frequent that mistakes would be invisible on a common scale.
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
  // Names wider than their column are slanted; those of the last columns extend beyond the matrix.
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
          fill: right ? COLORS.training : COLORS.evaluation,
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
      // The square root keeps small counts visible next to counts a hundred times larger.
      const part = Math.sqrt(label === predicted ? share : images / most);
      const opacity = Math.max(LIGHTEST, DARKEST[label === predicted ? "right" : "wrong"] * part);
      return { label, predicted, images, share, opacity };
    });
  });
}

const inWords = (classNames: readonly string[], { label, predicted, images, share }: Cell): string =>
  `${classNames[label]} ${label === predicted ? "correct" : `predicted as ${classNames[predicted]}`}: ${count(images)} (${percent(share)})`;
