import { type Model, summary } from "@downhill/graph";
import { type ClockOptions, imagesPerStep } from "./clock.ts";
import { batchesOf } from "./plan.ts";

/** Memory limit of a micro-batch in bytes: activations, their gradients and intermediate values. */
const MICRO_BATCH_MEMORY = 2 ** 32;
/** Memory of a step relative to the activations. Convolutional models measured 3.3 to 5.7. */
const STEP_FACTOR = 6;
/** Maximum batch size of evaluation. */
const EVALUATION_BATCH = 500;

/** Returns the default maximum micro-batch size of a model, which fits into about 4 GB. */
export const defaultLargestPart = (model: Model): number =>
  Math.max(1, Math.floor(MICRO_BATCH_MEMORY / (STEP_FACTOR * summary(model).totals.memory)));

/** Returns the batch size of evaluation. */
export const evaluationBatchOf = (largestPart: number): number => Math.min(EVALUATION_BATCH, largestPart);

/** Returns the distinct sizes of all micro-batches of a training. */
export function trainingSizes(clock: ClockOptions, largestPart: number): number[] {
  const { length, epochs } = clock;
  const sizes = new Set<number>();
  for (let epoch = 0; epoch < epochs; epoch++) {
    const size = Math.min(imagesPerStep(clock, epoch), length);
    for (const count of [size, length % size]) {
      if (count === 0) continue;
      for (const part of batchesOf({ epoch, from: 0, count }, clock, largestPart).flat()) sizes.add(part.count);
    }
  }
  return [...sizes];
}

/** Returns the distinct batch sizes in which sets of images are evaluated. */
export const evaluationSizes = (lengths: readonly number[], batch: number): number[] => [
  ...new Set([batch, ...lengths.map((length) => length % batch).filter((rest) => rest > 0)]),
];
