import {
  DEFAULT_WIDTH,
  draw,
  innerWidth,
  isNarrow,
  type Mark,
  number,
  type PlotOptions,
  percent,
  widthOf,
} from "@downhill/train/plots";
import * as Plot from "@observablehq/plot";
import type { Landscape, Plane, PointScore } from "../landscape.ts";
import { type ContourLabel, contourLabels } from "./contour-labels.ts";
import { levelsOf } from "./levels.ts";
import { pathMark, readingMark } from "./plane-marks.ts";
import { resample } from "./resample.ts";
import { runLook, runsLegend } from "./run-look.ts";

export interface PlanePlotOptions extends PlotOptions {
  /** Images whose loss is drawn; default the training images. */
  readonly part?: "train" | "test";
}

const LABEL_SIZE = 10;
const MARGINS = { marginLeft: 46, marginRight: 18, marginTop: 10, marginBottom: 24 } as const;
/** Pixels between the points that contours are computed from. */
const SPACING = 4;

/**
 * Plots the contours of the loss on a plane, with the paths of the runs. Returns the text of an SVG file.
 * @throws Error if the landscape has no plane, or none for the part
 */
export function planePlot(
  landscape: Landscape,
  { width = DEFAULT_WIDTH, part = "train", title = planeTitle(landscape, part) }: PlanePlotOptions = {},
): string {
  const { plane } = landscape;
  const scores = plane?.[part];
  if (!plane || !scores) throw new Error(`the landscape has no plane of the ${part} images`);
  const inner = innerWidth(width, title);
  const height = Math.min(isNarrow(width) ? 300 : 460, inner);
  const frame = {
    x: domainOf(plane.x),
    y: domainOf(plane.y),
    size: [inner - MARGINS.marginLeft - MARGINS.marginRight, height - MARGINS.marginTop - MARGINS.marginBottom],
  } as const;
  const grid = valuesOf(scores);
  const levels = levelsOf(grid.low, grid.high);
  const axis = { ticks: 5, tickFormat: (at: number) => number(at, 3), tickSize: 4, label: null };
  return draw({
    width,
    title,
    description: planeInWords(landscape, part),
    legend: runsLegend(landscape, plane.paths),
    panels: [
      {
        plot: {
          ...MARGINS,
          height,
          x: { domain: frame.x },
          y: { domain: frame.y },
          marks: [
            contours(grid.values, levels, frame),
            Plot.frame({ stroke: "currentColor", strokeOpacity: 0.35 }),
            Plot.text(grid.missing.map(([column, row]) => [plane.x[column], plane.y[row]]) as [number, number][], {
              text: () => "×",
              fill: "currentColor",
              fontSize: LABEL_SIZE,
            }),
            labelMark(labelsIn(frame, plane, grid.values, levels)),
            ...plane.paths.map(({ run, points }) => pathMark(run, points, runLook(run))),
            Plot.axisX(axis as object),
            Plot.axisY(axis as object),
            title === "" ? readingMark() : null,
          ] as unknown as Mark[],
        },
      },
    ],
    note: noteOf(landscape, plane, grid.missing.length),
  });
}

const planeTitle = ({ images }: Landscape, part: "train" | "test"): string =>
  `Loss on ${part === "train" ? "training" : (images.part ?? "test")} images around the trained weights`;

type Range = readonly [low: number, high: number];

/** Area of a plane in the plot. */
interface PlaneFrame {
  readonly x: Range;
  readonly y: Range;
  /** Width and height in pixels. */
  readonly size: readonly [width: number, height: number];
}

const domainOf = (positions: readonly number[]): Range => [positions[0] ?? 0, positions.at(-1) ?? 1];

/** Returns the losses with a value for those that are not finite, the range, and the cells of those. */
function valuesOf(scores: readonly (readonly PointScore[])[]) {
  const finite = scores
    .flat()
    .map(({ loss }) => loss)
    .filter(Number.isFinite);
  const [low, high] = finite.length === 0 ? [0, 0] : [Math.min(...finite), Math.max(...finite)];
  const missing: [column: number, row: number][] = [];
  const values = scores.map((line, row) =>
    line.map(({ loss }, column) => {
      if (Number.isFinite(loss)) return loss;
      missing.push([column, row]);
      return high;
    }),
  );
  return { low, high, values, missing };
}

/** Returns filled contours: each level darkens what is above it. */
function contours(
  values: readonly (readonly number[])[],
  levels: readonly number[],
  { x, y, size }: PlaneFrame,
): unknown {
  if (levels.length === 0) return null;
  const logarithms = values.map((line) => line.map((value) => Math.log(Math.max(value, Number.MIN_VALUE))));
  const [columns, rows] = size.map((pixels) => Math.max(2, Math.round(pixels / SPACING))) as [number, number];
  const fine = resample(logarithms, columns, rows);
  return Plot.contour(fine.flat(), {
    value: Plot.identity,
    width: columns,
    height: rows,
    x1: x[0],
    x2: x[1],
    y1: y[0],
    y2: y[1],
    thresholds: levels.map(Math.log),
    fill: "currentColor",
    fillOpacity: 0.045,
    stroke: "currentColor",
    strokeOpacity: 0.35,
    strokeWidth: 0.75,
  } as object);
}

/** Returns the labels of contours that the frame does not cut. */
function labelsIn(
  { x, y, size }: PlaneFrame,
  plane: Plane,
  values: readonly (readonly number[])[],
  levels: readonly number[],
): ContourLabel[] {
  const scale = [size[0] / (x[1] - x[0]), size[1] / (y[1] - y[0])] as const;
  return contourLabels({ x: plane.x, y: plane.y, values, scale }, levels).filter((label) => {
    const half = widthOf(number(label.level, 3), LABEL_SIZE) / 2;
    const left = Math.min(label.x - x[0], x[1] - label.x) * scale[0];
    const above = Math.min(label.y - y[0], y[1] - label.y) * scale[1];
    return left > half && above > LABEL_SIZE;
  });
}

const labelMark = (labels: readonly ContourLabel[]): unknown =>
  Plot.text(labels, {
    x: "x",
    y: "y",
    text: ({ level }: ContourLabel) => number(level, 3),
    fill: "currentColor",
    fontSize: LABEL_SIZE,
  });

/** Describes the axes of a plane. */
export function axesInWords({ shares }: Plane): string {
  if (shares === null) return "Horizontal and vertical: two random directions, in lengths of the weights.";
  const [x, y] = shares.map((share) => percent(share)) as [string, string];
  return `Horizontal: first component of the paths, ${x} of their squared distances. Vertical: second component, ${y}.`;
}

function noteOf({ parameters }: Landscape, plane: Plane, missing: number): string {
  const way = plane.paths.some(({ points }) => points.length > 1)
    ? "Paths begin at the open circle, end at the filled one, and are projected onto the plane."
    : "The filled circle is the trained model.";
  const cells = missing > 0 ? " ×: the loss is not finite." : "";
  return `Contours are labeled with the loss. ${way}${cells} ${axesInWords(plane)} A slice with two of ${number(parameters, 9)} dimensions.`;
}

/** Describes the plane in sentences. */
export function planeInWords({ plane, images }: Landscape, part: "train" | "test" = "train"): string {
  const scores = plane?.[part]?.flat() ?? [];
  const finite = scores.map(({ loss }) => loss).filter(Number.isFinite);
  if (!plane || finite.length === 0) return "No loss on the plane is finite.";
  const of = part === "train" ? "training" : (images.part ?? "test");
  const range = `The loss on ${of} images goes from ${number(Math.min(...finite), 3)} to ${number(Math.max(...finite), 3)} on the plane.`;
  if (plane.shares === null || part === "test") return range;
  return `${range} The plane has ${percent(plane.shares[0] + plane.shares[1])} of the squared distances of the paths.`;
}
