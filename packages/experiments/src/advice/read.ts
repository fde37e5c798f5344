import { join } from "node:path";
import { readComparison } from "../comparison/comparison.ts";
import { type Advice, type Draft, newDraft } from "./advice.ts";
import { adviceSteps } from "./advise.ts";
import type { Experiment, Measured } from "./experiment.ts";
import { readAdviceFacts } from "./facts.ts";
import { factsOf, measuredIn, measuredNoise } from "./measure.ts";
import { readNoise } from "./noise.ts";

/**
 * Reads an advice from its folder, at any stage.
 * @throws TrainError if the folder is missing or is none, or if a file in it is damaged
 * @example const { recommended, validation } = readAdvice("runs/advice");
 */
export function readAdvice(folder: string): Advice {
  const draft = newDraft(folder, readAdviceFacts(folder));
  replay(draft);
  return draft;
}

/** Repeats the decisions of an advice up to the first experiment that has not ended. */
function replay(draft: Draft): void {
  const steps = adviceSteps(draft);
  let step = steps.next();
  while (!step.done) {
    const measured = readExperiment(draft.folder, step.value);
    if (measured === null) return;
    step = steps.next(measured);
  }
}

/** Returns the results of an experiment; null if it has not ended. */
export function readExperiment(folder: string, experiment: Experiment): readonly Measured[] | null {
  if (experiment.name === "noise-scale") {
    const noise = readNoise(folder);
    return noise && [measuredNoise(noise)];
  }
  if (factsOf(folder, experiment) === null) return null;
  return measuredIn(readComparison(join(folder, experiment.name)).entrants, experiment);
}
