import { accuracyPlot } from "../plots/accuracy.ts";
import { calibrationPlot } from "../plots/calibration.ts";
import { confusionPlot } from "../plots/confusion.ts";
import { finderPlot } from "../plots/finder.ts";
import { gradientNormPlot } from "../plots/gradient-norm.ts";
import { hyperparametersPlot } from "../plots/hyperparameters.ts";
import { lossPlot } from "../plots/loss.ts";
import { withTable } from "../plots/training-data.ts";
import type { PLOTS } from "../run-folder/paths.ts";
import type { ReportRun } from "./report-data.ts";

type PlotName = (typeof PLOTS)[number];

/** Returns a function for each plot that the run has data for, by name. Each returns the text of an SVG file. */
export function plotsToDraw(lines: ReportRun): Readonly<Partial<Record<PlotName, () => string>>> {
  const run = withTable(lines);
  const { steps, epochs, result, facts } = run;
  const { finder, data } = facts;
  const { confusion, calibration } = result ?? {};
  return {
    ...(finder ? { finder: () => finderPlot(finder) } : {}),
    ...(steps.length > 0
      ? {
          loss: () => lossPlot(run),
          "loss-log": () => lossPlot(run, { scale: "log" }),
          accuracy: () => accuracyPlot(run),
          hyperparameters: () => hyperparametersPlot({ steps, epochEnds: epochs.map((line) => line.steps) }),
          "gradient-norm": () => gradientNormPlot(run),
        }
      : {}),
    ...(confusion ? { confusion: () => confusionPlot({ classNames: data.classNames, confusion }) } : {}),
    ...(calibration ? { calibration: () => calibrationPlot(calibration) } : {}),
  };
}

/** Draws all plots that the run has data for: the texts of the SVG files in its `plots/` folder, by name. */
export const plotsOfRun = (run: ReportRun): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(plotsToDraw(run)).map(([name, draw]) => [name, draw()]));
