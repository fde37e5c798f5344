import { type LegendItem, type Look, look } from "@downhill/train/plots";
import { visible } from "@downhill/train/text";
import type { Landscape } from "../landscape.ts";

/** Returns the line style of a run: one color and dash in all plots. */
export const runLook = (run: number): Look => look(run);

/** Returns the legend of runs. */
export const runLegend = ({ runs }: Landscape, shown: readonly number[]): LegendItem[] =>
  shown.map((run) => {
    const { color, dash } = runLook(run);
    return { label: visible(runs[run]?.name ?? ""), color, dash, sign: "line" };
  });
