import { defined } from "@downhill/optim/defined";
import {
  count,
  DEFAULT_WIDTH,
  draw,
  extent,
  isNarrow,
  type Mark,
  type PlotOptions,
  valueAxis,
} from "@downhill/train/plots";
import * as Plot from "@observablehq/plot";
import type { Landscape, Sharpness } from "../landscape.ts";
import { sharpnessInWords } from "../words.ts";
import { runLook, runsLegend } from "./run-look.ts";

const MARGINS = { marginLeft: 56, marginRight: 18, marginTop: 10, marginBottom: 36 } as const;

/** Plots the largest curvature over the steps of runs, with the limit of stability. Returns the text of an SVG file. */
export function sharpnessPlot(
  landscape: Landscape,
  { width = DEFAULT_WIDTH, title = "Largest curvature over the steps" }: PlotOptions = {},
): string {
  const { sharpness } = landscape;
  const height = isNarrow(width) ? 230 : 290;
  const runs = [...new Set(sharpness.map(({ run }) => run))];
  const isShown = (value: number | null): value is number => value !== null && Number.isFinite(value) && value > 0;
  const curves = sharpness.filter(({ largest }) => isShown(largest));
  const values = [...curves.map(({ largest }) => largest), ...thresholdsNear(curves)];
  const [low, high] = extent(values) ?? [0.1, 1];
  const domain: [number, number] = [low / 1.3, high * 1.3];
  const inRange = ({ threshold }: Sharpness): boolean => isShown(threshold) && threshold <= domain[1];
  const of = (run: number): Sharpness[] => curves.filter((point) => point.run === run);
  return draw({
    width,
    title,
    description: sharpness.map((point) => sharpnessInWords(landscape, point)).at(-1) ?? "",
    legend: [
      ...runsLegend(
        landscape,
        runs.map((run) => ({ run, points: of(run) })),
      ),
      ...(sharpness.some(inRange)
        ? [{ label: "limit of stability", color: "currentColor", sign: "dashed" as const }]
        : []),
    ],
    panels: [
      {
        heading: "Largest eigenvalue of the Hessian of the training loss",
        plot: {
          ...MARGINS,
          height,
          x: { domain: [0, Math.max(1, ...sharpness.map(({ step }) => step))] },
          y: { type: "log", domain },
          marks: [
            ...valueAxis({ domain, log: true }, height),
            Plot.axisX({
              ticks: 5,
              tickSize: 4,
              label: "steps",
              labelAnchor: "center",
              labelArrow: null,
              tickFormat: (at: number) => (Number.isInteger(at) ? count(at) : ""),
            } as object),
            ...runs.flatMap((run) => [
              Plot.line(of(run), {
                x: "step",
                y: (point: Sharpness) => (inRange(point) ? point.threshold : Number.NaN),
                stroke: "currentColor",
                strokeDasharray: "5 3",
                strokeOpacity: 0.7,
              }),
              Plot.line(of(run), {
                x: "step",
                y: "largest",
                stroke: runLook(run).color,
                strokeWidth: 2,
                ...defined({ strokeDasharray: runLook(run).dash }),
              }),
              Plot.dot(of(run), { x: "step", y: "largest", r: 3, fill: runLook(run).color }),
            ]),
          ] as unknown as Mark[],
        },
      },
    ],
    note: "Limit: the curvature above which full-batch gradient descent at the rate and momentum in force diverges on a quadratic function. A logarithmic axis has no curvatures below 0.",
  });
}

/** Returns the limits that are near the curvatures: a rate that decays to 0 has an infinite limit. */
function thresholdsNear(points: readonly Sharpness[]): number[] {
  const highest = Math.max(...points.map(({ largest }) => largest));
  return points.flatMap(({ threshold }) => (threshold !== null && threshold < 10 * highest ? [threshold] : []));
}
