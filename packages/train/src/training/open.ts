import { defined } from "@downhill/optim/defined";
import { setWeights } from "./checkpoint.ts";
import { clockOf } from "./clock.ts";
import { openPhase } from "./open-phase.ts";
import { OpenTraining } from "./open-training.ts";
import { checkOptions, clockOptionsOf, samplerOf, type TrainOptions } from "./options.ts";
import { phaseAt } from "./phases.ts";
import { START } from "./plan.ts";
import { withWarmAverage } from "./warm-average.ts";

/** Compiles the programs of a training and restores its starting position. */
export async function open(given: TrainOptions): Promise<OpenTraining> {
  checkOptions(given);
  const { totalSteps } = clockOf(clockOptionsOf(given));
  const options: TrainOptions = {
    ...given,
    ...defined({ sampler: samplerOf(given) }),
    optimizer: withWarmAverage(given.optimizer, totalSteps),
  };
  const { from } = options;
  const { epoch } = from?.position ?? START;
  const phase = phaseAt(options, epoch);
  // The features of a frozen body depend on its weights.
  if (from) setWeights(options.network, from.weights);
  const training = new OpenTraining(options, phase, await openPhase(options, phase, epoch));
  try {
    if (from) training.restore(from);
    await training.startBatches();
    return training;
  } catch (error) {
    await training.close();
    throw error;
  }
}
