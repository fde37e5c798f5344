import * as Plot from "@observablehq/plot";
import type { CalibrationBin } from "../evaluation/calibration.ts";
import { wilsonInterval } from "../evaluation/interval.ts";
import { valueAxis } from "./curve.ts";
import { DEFAULT_WIDTH, draw, isNarrow, type PlotOptions } from "./draw.ts";
import { count, percent } from "./numbers.ts";
import { COLORS } from "./theme.ts";

const MARGINS = { marginLeft: 52, marginRight: 22 } as const;

/** Plots accuracy against confidence (reliability diagram). Returns the text of an SVG file. */
export function calibrationPlot(
  bins: readonly CalibrationBin[],
  { width = DEFAULT_WIDTH, title = "Calibration" }: PlotOptions = {},
): string {
  const dots = bins.map((bin) => {
    const [low, high] = wilsonInterval(bin.accuracy, bin.count);
    return { ...bin, low, high };
  });
  const format = (share: number): string => `${Math.round(100 * share)} %`;
  const x = { domain: [0, 1] };
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  const side = isNarrow(width) ? 220 : 250;
  return draw({
    width,
    title,
    description: calibrationInWords(bins),
    legend: [
      { label: "measured accuracy with 95 % interval", color: COLORS.training, sign: "dot" },
      { label: "perfect calibration", color: "currentColor", sign: "dashed" },
    ],
    panels: [
      {
        heading: "Accuracy",
        plot: {
          ...MARGINS,
          height: side,
          marginTop: 8,
          marginBottom: 8,
          x,
          y: { domain: [0, 1] },
          marks: [
            Plot.gridX({ ticks: 5, strokeOpacity: 0.13 }),
            Plot.axisX({ ticks: 5, tickSize: 0, tickFormat: () => "", label: null }),
            ...valueAxis({ domain: [0, 1], format }, 240),
            Plot.line([0, 1], {
              x: (v: number) => v,
              y: (v: number) => v,
              stroke: "currentColor",
              strokeOpacity: 0.7,
              strokeDasharray: "5 3",
            }),
            Plot.ruleX(dots, { x: "confidence", y1: "low", y2: "high", stroke: COLORS.training, strokeWidth: 1.5 }),
            Plot.dot(dots, { x: "confidence", y: "accuracy", r: 4, fill: COLORS.training }),
          ],
        },
      },
      {
        heading: "Images",
        plot: {
          ...MARGINS,
          height: 108,
          marginTop: 8,
          marginBottom: 38,
          x,
          y: { domain: [0, most] },
          marks: [
            Plot.axisX({
              ticks: 5,
              tickFormat: format,
              tickSize: 4,
              label: "confidence (predicted probability)",
              labelAnchor: "center",
              labelArrow: "none",
            }),
            ...valueAxis({ domain: [0, most], format: (value) => (Number.isInteger(value) ? count(value) : "") }, 110),
            Plot.rectY(bins, {
              x1: "from",
              x2: "to",
              y: "count",
              fill: COLORS.training,
              fillOpacity: 0.55,
              inset: 0.5,
            }),
          ],
        },
      },
    ],
    note: "Above the dashed line the model is underconfident, below it overconfident.",
  });
}

/** Describes the plot in one or two sentences. */
export function calibrationInWords(bins: readonly CalibrationBin[]): string {
  const images = bins.reduce((total, bin) => total + bin.count, 0);
  if (images === 0) return "No images were evaluated.";
  const mean = (of: (bin: CalibrationBin) => number): number =>
    bins.reduce((total, bin) => total + (bin.count / images) * of(bin), 0);
  const [confidence, accuracy] = [mean((bin) => bin.confidence), mean((bin) => bin.accuracy)];
  const error = mean((bin) => Math.abs(bin.confidence - bin.accuracy));
  const verdict =
    Math.abs(confidence - accuracy) < 0.005
      ? "well calibrated on average"
      : confidence > accuracy
        ? "overconfident"
        : "underconfident";
  return `The model is ${verdict}: its mean confidence is ${percent(confidence)}, its accuracy ${percent(accuracy)}. The expected calibration error is ${percent(error)}.`;
}
