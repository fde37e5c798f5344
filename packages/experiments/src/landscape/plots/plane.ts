import {
  DEFAULT_WIDTH,
  draw,
  innerWidth,
  isNarrow,
  type Mark,
  number,
  type PlotOptions,
  percent,
  shorten,
  widthOf,
} from "@downhill/train/plots";
import * as Plot from "@observablehq/plot";
import type { Landscape, Plane, Score } from "../landscape.ts";
import { contourLabels } from "./contour-labels.ts";
import { levelsOf } from "./levels.ts";
import { pathMark, readingMark } from "./plane-marks.ts";
import { runLegend, runLook } from "./run-look.ts";

export interface PlanePlotOptions extends PlotOptions {
  /** Images whose loss is drawn; default the training images. */
  readonly part?: "train" | "test";
}

const LABEL_SIZE = 10;
const MARGIN = { left: 46, right: 14, top: 8, bottom: 38 } as const;

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
  const [x, y] = [plane.x, plane.y].map(domainOf) as [Domain, Domain];
  const grid = valuesOf(scores);
  const levels = levelsOf(grid.low, grid.high);
  const scale = [
    (inner - MARGIN.left - MARGIN.right) / (x.domain[1] - x.domain[0]),
    (height - MARGIN.top - MARGIN.bottom) / (y.domain[1] - y.domain[0]),
  ] as const;
  const labels = contourLabels({ x: plane.x, y: plane.y, values: grid.values, scale }, levels);
  const [nameOfX, nameOfY] = axisNames(plane);
  return draw({
    width,
    title,
    description: planeInWords(landscape, part),
    legend: runLegend(
      landscape,
      plane.paths.map(({ run }) => run),
    ),
    panels: [
      {
        heading: shorten(`Vertical: ${nameOfY}`, inner, 12),
        plot: {
          height,
          marginLeft: MARGIN.left,
          marginRight: MARGIN.right,
          marginTop: MARGIN.top,
          marginBottom: MARGIN.bottom,
          x: { domain: x.domain },
          y: { domain: y.domain },
          marks: [
            contours(grid.values, levels, x, y),
            Plot.text(grid.missing.map(([column, row]) => [plane.x[column], plane.y[row]]) as [number, number][], {
              text: () => "×",
              fill: "currentColor",
              fontSize: LABEL_SIZE,
            }),
            Plot.text(
              labels.filter((label) => isInside(label, x, y, scale)),
              {
                x: "x",
                y: "y",
                text: ({ level }: { level: number }) => number(level, 3),
                fill: "currentColor",
                fontSize: LABEL_SIZE,
              },
            ),
            ...plane.paths.map(({ run, points }) => pathMark(run, points, runLook(run))),
            Plot.axisX({ ticks: 5, tickFormat: (at: number) => number(at, 3), tickSize: 4, label: null }),
            Plot.axisY({ ticks: 5, tickFormat: (at: number) => number(at, 3), tickSize: 4, label: null }),
            Plot.text([shorten(`Horizontal: ${nameOfX}`, inner, 11)], {
              frameAnchor: "bottom",
              dy: 32,
              text: (name: string) => name,
              fill: "currentColor",
              fontSize: 11,
            }),
            title === "" ? readingMark() : null,
          ] as unknown as Mark[],
        },
      },
    ],
    note: noteOf(grid.missing.length, plane),
  });
}

const planeTitle = ({ images }: Landscape, part: "train" | "test"): string =>
  `Loss on ${part === "train" ? "training" : (images.part ?? "test")} images around the trained weights`;

/** Range of an axis whose outer points are in the middle of cells, and the size of a cell. */
interface Domain {
  readonly domain: readonly [number, number];
}

const domainOf = (positions: readonly number[]): Domain => {
  const [first = 0, second = 1] = positions;
  const half = (second - first) / 2;
  return { domain: [first - half, (positions.at(-1) ?? 0) + half] };
};

/** Returns the losses with a value for those that are not finite, the range, and the cells of those. */
function valuesOf(scores: readonly (readonly Score[])[]) {
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
const contours = (values: readonly (readonly number[])[], levels: readonly number[], x: Domain, y: Domain): unknown =>
  levels.length === 0
    ? null
    : Plot.contour(
        values.flat().map((value) => Math.log(Math.max(value, Number.MIN_VALUE))),
        {
          value: Plot.identity,
          width: values[0]?.length ?? 0,
          height: values.length,
          x1: x.domain[0],
          x2: x.domain[1],
          y1: y.domain[0],
          y2: y.domain[1],
          thresholds: levels.map(Math.log),
          fill: "currentColor",
          fillOpacity: 0.045,
          stroke: "currentColor",
          strokeOpacity: 0.3,
          strokeWidth: 0.75,
        } as object,
      );

/** Returns true for a label that the frame does not cut. */
const isInside = (
  { x, y, level }: { readonly x: number; readonly y: number; readonly level: number },
  ofX: Domain,
  ofY: Domain,
  [scaleX, scaleY]: readonly [number, number],
): boolean => {
  const half = widthOf(number(level, 3), LABEL_SIZE) / 2;
  const left = Math.min(x - ofX.domain[0], ofX.domain[1] - x) * scaleX;
  const above = Math.min(y - ofY.domain[0], ofY.domain[1] - y) * scaleY;
  return left > half && above > LABEL_SIZE;
};

/** Returns the names of the axes. */
export function axisNames({ kind, shares }: Plane): readonly [x: string, y: string] {
  if (kind === "random" || shares === null) {
    return ["first random direction, in lengths of the weights", "second random direction, in lengths of the weights"];
  }
  const [x, y] = shares.map((share) => percent(share)) as [string, string];
  return [`first component, ${x} of the squared distance`, `second component, ${y} of the squared distance`];
}

function noteOf(missing: number, { paths }: Plane): string {
  const way = paths.some(({ points }) => points.length > 1)
    ? " Paths begin at the open circle and end at the filled one. They are projected onto the plane."
    : " The filled circle is the trained model.";
  return `Contours are labeled with the loss.${way}${missing > 0 ? " ×: the loss is not finite." : ""}`;
}

/** Describes the plane in sentences. */
export function planeInWords({ plane, images }: Landscape, part: "train" | "test" = "train"): string {
  const scores = plane?.[part]?.flat() ?? [];
  const finite = scores.map(({ loss }) => loss).filter(Number.isFinite);
  if (!plane || finite.length === 0) return "No loss on the plane is finite.";
  const of = part === "train" ? "training" : (images.part ?? "test");
  const range = `The loss on ${of} images goes from ${number(Math.min(...finite), 3)} to ${number(Math.max(...finite), 3)} on the plane.`;
  if (plane.shares === null) return range;
  return `${range} The plane has ${percent(plane.shares[0] + plane.shares[1])} of the squared distances of the paths.`;
}
