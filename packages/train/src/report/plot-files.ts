import { accuracyPlot } from "../plots/accuracy.ts";
import { calibrationPlot } from "../plots/calibration.ts";
import { confusionPlot } from "../plots/confusion.ts";
import { finderPlot } from "../plots/finder.ts";
import { gradientNormPlot } from "../plots/gradient-norm.ts";
import { hyperparametersPlot } from "../plots/hyperparameters.ts";
import { lossPlot } from "../plots/loss.ts";
import type { Run } from "../run-folder/read.ts";

/** All plots that a run has numbers for, as SVG files' texts by name: what its folder has in `plots/`. */
export function plotsOfRun(run: Run): Readonly<Record<string, string>> {
  const { steps, epochs, result, facts } = run;
  return {
    ...(facts.finder ? { finder: finderPlot(facts.finder) } : {}),
    ...(steps.length > 0
      ? {
          loss: lossPlot(run),
          "loss-log": lossPlot(run, { scale: "log" }),
          accuracy: accuracyPlot(run),
          hyperparameters: hyperparametersPlot({ steps, epochEnds: epochs.map((line) => line.steps) }),
          "gradient-norm": gradientNormPlot(run),
        }
      : {}),
    ...(result?.confusion
      ? { confusion: confusionPlot({ classNames: facts.data.classNames, confusion: result.confusion }) }
      : {}),
    ...(result?.calibration ? { calibration: calibrationPlot(result.calibration) } : {}),
  };
}
