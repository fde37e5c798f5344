import { join } from "node:path";
import type { Model } from "@downhill/graph";
import { weightsFile } from "../checkpoints/weights-file.ts";
import { makeFolderIn, writeAtomically } from "../files/atomic.ts";
import type { RunPaths } from "../run-folder/paths.ts";
import { snapshotFile } from "../run-folder/snapshots.ts";
import type { Callback, Training } from "../training/callback.ts";
import { copyWeights } from "../training/checkpoint.ts";

/** Returns `count` evenly spaced numbers of steps up to the last, and 0. There are fewer if the run has fewer steps. */
export const snapshotSteps = (count: number, totalSteps: number): ReadonlySet<number> =>
  new Set(Array.from({ length: count + 1 }, (_, i) => Math.round((i * totalSteps) / count)));

/**
 * Returns a callback that writes the weights of evenly spaced steps to the run folder. They are the trained weights, also
 * if an optimizer evaluates averages of them. A resumed run writes the same files again.
 */
export function keepSnapshots(paths: RunPaths, model: Model, count: number, totalSteps: number): Callback {
  const steps = snapshotSteps(count, totalSteps);
  const keep = (step: number, { network }: Training): void => {
    if (!steps.has(step)) return;
    makeFolderIn(paths.snapshots);
    writeAtomically(join(paths.snapshots, snapshotFile(step)), weightsFile(model, copyWeights(network)));
  };
  return {
    name: "snapshots",
    onStart: (training) => keep(training.position.step, training),
    onStep: ({ step }, training) => keep(step + 1, training),
  };
}
