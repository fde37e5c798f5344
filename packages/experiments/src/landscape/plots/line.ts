import {
  DEFAULT_WIDTH,
  draw,
  extent,
  innerWidth,
  isNarrow,
  type LegendItem,
  look,
  type Mark,
  number,
  type Panel,
  type PlotOptions,
  valueAxis,
} from "@downhill/train/plots";
import { visible } from "@downhill/train/text";
import * as Plot from "@observablehq/plot";
import type { Landscape, Line, PointScore } from "../landscape.ts";
import { lineInWords } from "../words.ts";

const MARGINS = { marginLeft: 52, marginRight: 26, marginTop: 10, marginBottom: 26 } as const;
/** Dash pattern of the curves of training images. */
const TRAINING_DASH = "3 3";

/** Plots loss and error on the lines between runs. Returns the text of an SVG file. */
export function linePlot(
  landscape: Landscape,
  { width = DEFAULT_WIDTH, title = "Loss and error on the line between runs" }: PlotOptions = {},
): string {
  const { lines, images } = landscape;
  const inner = innerWidth(width, title);
  const part = images.part ?? "test";
  return draw({
    width,
    title,
    description: lines.map((line) => lineInWords(landscape, line)).join(" "),
    legend: legendOf(landscape, part),
    panels: [
      panel(
        "Loss",
        lines,
        ({ loss }) => loss,
        (value) => number(value, 4),
        inner,
      ),
      panel(
        "Error",
        lines,
        ({ accuracy }) => 1 - accuracy,
        (value) => `${number(100 * value, 4)} %`,
        inner,
      ),
    ],
    note: lines.length > 1 && lines[0]?.test ? `Solid: ${part} images. Dashed: training images.` : "",
  });
}

function legendOf({ lines, runs }: Landscape, part: string): LegendItem[] {
  const [only, ...others] = lines;
  const { color } = look(0);
  const training = { label: "training images", color, sign: "line", dash: TRAINING_DASH } as const;
  if (only && others.length === 0) {
    return [...(only.test ? [{ label: `${part} images`, color, sign: "line" } as const] : []), training];
  }
  return lines.map(({ from, to }, i) => ({
    label: `${visible(runs[from]?.name ?? "")} to ${visible(runs[to]?.name ?? "")}`,
    color: look(i).color,
    sign: "line" as const,
  }));
}

function panel(
  heading: string,
  lines: readonly Line[],
  pick: (score: PointScore) => number,
  format: (value: number) => string,
  width: number,
): Panel {
  const curve = (at: readonly number[], scores: readonly PointScore[]): [number, number][] =>
    scores.map((score, i) => [at[i] as number, pick(score)]);
  const values = lines.flatMap(({ train, test }) => [...train, ...(test ?? [])].map(pick)).filter(Number.isFinite);
  const [low, high] = extent(values) ?? [0, 1];
  const room = 0.06 * (high - low) || 0.05;
  const domain: [number, number] = [low >= 0 && low < 0.3 * high ? 0 : low - room, high + room];
  const height = isNarrow(width) ? 180 : 220;
  return {
    heading,
    plot: {
      ...MARGINS,
      height,
      x: { domain: [0, 1] },
      y: { domain },
      marks: [
        ...valueAxis({ domain, format }, height),
        Plot.axisX({
          ticks: 5,
          tickSize: 4,
          label: null,
          tickFormat: (at: number) => (at === 0 ? "first" : at === 1 ? "second" : number(at)),
        }),
        ...lines.flatMap(({ at, train, test }, i) => [
          Plot.line(curve(at, train), { stroke: look(i).color, strokeWidth: 1.75, strokeDasharray: TRAINING_DASH }),
          test ? Plot.line(curve(at, test), { stroke: look(i).color, strokeWidth: 2 }) : null,
        ]),
      ] as unknown as Mark[],
    },
  };
}
