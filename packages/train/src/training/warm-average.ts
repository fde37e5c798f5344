import type { Optimizer } from "@downhill/optim";
import { mapParts } from "@downhill/optim/rule";

/** Largest share of the first weights in an average at the end of a training. */
const FIRST_WEIGHTS = 0.01;

/**
 * Returns a decay of an exponential moving average that rises with the step to the given one, as TensorFlow's
 * `num_updates`: the average spans about a tenth of the steps so far.
 */
export const risingDecay =
  (decay: number) =>
  (step: number): number =>
    Math.min(decay, (1 + step) / (10 + step));

/**
 * Returns an optimizer whose exponential moving average fits the length of the training. A constant decay with which the
 * first weights would be more than a hundredth of the final average rises with the step instead; schedules and all other
 * decays stay unchanged.
 */
export function withWarmAverage(optimizer: Optimizer, totalSteps: number): Optimizer {
  if (!optimizer.name.includes("exponentialMovingAverage(")) return optimizer;
  const warmed = <T extends Readonly<Record<string, unknown>>>(settings: T): T => {
    const { averageDecay: decay } = settings;
    const isTooLong = typeof decay === "number" && decay < 1 && decay ** totalSteps > FIRST_WEIGHTS;
    return isTooLong ? { ...settings, averageDecay: risingDecay(decay) } : settings;
  };
  return mapParts(optimizer, (parts) => ({
    ...parts,
    hyperparameters: warmed(parts.hyperparameters),
    groups: parts.groups.map(warmed),
  }));
}
