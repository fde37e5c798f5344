import type { DataSet } from "@downhill/images";
import { copyWeights, initialGraphOf, listSnapshots, type OpenRun, prepareNetwork, TrainError } from "@downhill/train";
import { type Layout, toVector } from "../space/layout.ts";

/** Weights of a run on its way, as a vector. */
export interface Waypoint {
  readonly step: number;
  readonly weights: Float32Array;
}

/**
 * Returns the path of a run: its initial weights, its snapshots, and the weights of its result. Without snapshots, the
 * initial weights are computed again from the seed and the images.
 * @param steps number of steps of the result
 * @throws TrainError if a snapshot is damaged or of another model
 */
export function pathOf(run: OpenRun, data: DataSet, layout: Layout, steps: number): Waypoint[] {
  const result = { step: steps, weights: toVector(layout, copyWeights(run.network)) };
  const snapshots = listSnapshots(run.folder).map(({ step, read }) => {
    const weights = read();
    const misfit = layout.parts.find(({ name, size }) => weights[name]?.length !== size);
    if (misfit)
      throw new TrainError(`${run.folder}: the snapshot of step ${step} does not fit the model at '${misfit.name}'`);
    return { step, weights: toVector(layout, weights) };
  });
  const initial = snapshots[0]?.step === 0 ? [] : [{ step: 0, weights: initialWeights(run, data, layout) }];
  // The last snapshot is the result, unless the result is an average or of an earlier epoch.
  const last = snapshots.at(-1);
  const isSame = last?.step === steps && last.weights.every((value, i) => value === result.weights[i]);
  return [...initial, ...(isSame ? snapshots.slice(0, -1) : snapshots), result];
}

/** @throws TrainError for a run from pretrained weights, which the run folder does not keep */
function initialWeights({ folder, facts }: OpenRun, data: DataSet, layout: Layout): Float32Array {
  const graph = initialGraphOf(folder, facts);
  if (facts.config.pretrained !== null && graph === null) {
    throw new TrainError(
      `${folder}: the run started from ${facts.config.pretrained}, and its folder has no initial weights`,
      {
        code: "no-weights",
        remedies: [{ set: "snapshots" }],
      },
    );
  }
  return toVector(layout, copyWeights(prepareNetwork(facts.config, { ...data, graph })));
}
