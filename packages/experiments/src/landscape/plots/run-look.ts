import { type LegendItem, type Look, look } from "@downhill/train/plots";
import { visible } from "@downhill/train/text";
import type { Landscape } from "../landscape.ts";

/** Returns the line style of a run: one color and dash in all plots. */
export const runLook = (run: number): Look => look(run);

/** Returns the legend of runs: a line for a path, a dot for a single point. */
export const runsLegend = (
  { runs }: Landscape,
  paths: readonly { readonly run: number; readonly points: readonly unknown[] }[],
): LegendItem[] =>
  paths.map(({ run, points }) => {
    const { color, dash } = runLook(run);
    const label = visible(runs[run]?.name ?? "");
    return points.length > 1 ? { label, color, dash, sign: "line" } : { label, color, sign: "dot" };
  });
