import { at } from "../at.ts";
import { curves, curvesLegend } from "./curve.ts";
import { DEFAULT_WIDTH, draw, innerWidth, isNarrow, type PlotOptions } from "./draw.ts";
import { count, counted, number } from "./numbers.ts";
import { smooth } from "./smooth.ts";
import { countOf, extent, lastFinite } from "./statistics.ts";
import { spanOf, stepCurve, type TrainingData, withTable } from "./training-data.ts";

/** Plots the global gradient norm of each step on a logarithmic axis. Returns the text of an SVG file. */
export function gradientNormPlot(
  training: TrainingData,
  { width = DEFAULT_WIDTH, title = "Gradient norm" }: PlotOptions = {},
): string {
  const data = withTable(training);
  const raw = stepCurve(data, "gradientNorm");
  const smoothed = smooth(raw);
  const isPositive = (norm: number): boolean => Number.isFinite(norm) && norm > 0;
  const [low, high] = extent(raw.y, isPositive) ?? [0.1, 1];
  const domain = [low / 1.1, high * 1.1] as const;
  const without = countOf(raw.y, (norm) => !isPositive(norm));
  const gaps =
    without === 0
      ? ""
      : ` ${counted(without, "step")} without a positive norm ${without === 1 ? "is a gap" : "are gaps"}.`;
  return draw({
    width,
    title,
    description: gradientNormInWords(data),
    legend: curvesLegend("gradient norm", smoothed, null),
    panels: [
      {
        plot: curves(innerWidth(width, title), isNarrow(width) ? 200 : 260, {
          span: spanOf(data),
          raw,
          smoothed,
          evaluation: [],
          y: { domain, log: true },
        }),
      },
    ],
    note: `${smoothed.reach > 1 ? `Smoothed: ${smoothed.formula}.` : ""}${gaps}`.trim(),
  });
}

/** Describes the plot in one or two sentences. */
export function gradientNormInWords(data: TrainingData): string {
  const raw = stepCurve(data, "gradientNorm");
  const highest = extent(raw.y)?.[1];
  const { curve, reach } = smooth(raw);
  const last = lastFinite(curve.y);
  if (highest === undefined || last === undefined) return "No gradients were measured.";
  const step = at(raw.x, raw.y.indexOf(highest));
  return `The gradient norm peaked at ${number(highest, 3)} in step ${count(step)} and ended at ${number(last, 3)}${reach > 1 ? " (smoothed)" : ""}.`;
}
