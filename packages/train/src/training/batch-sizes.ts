import { type Model, summary } from "@downhill/graph";
import { batchSizeAt, type ClockOptions } from "./clock.ts";
import { microBatches } from "./plan.ts";

/** Bytes that a part of a batch may take: its layers' outputs, their gradients and what is made on the way. */
const PART_MEMORY = 2 ** 32;
/** Times the layers' outputs that a step needs: convolutional models were measured to need 3.3 to 5.7. */
const STEP_FACTOR = 6;
/** The most images that are evaluated at once. */
const EVALUATION_BATCH = 500;

/** How many images of a model are computed at once at most: what about 4 GB hold. */
export const defaultLargestPart = (model: Model): number =>
  Math.max(1, Math.floor(PART_MEMORY / (STEP_FACTOR * summary(model).totals.memory)));

/** How many images are evaluated at once. */
export const evaluationBatchOf = (largestPart: number): number => Math.min(EVALUATION_BATCH, largestPart);

/** The sizes of all parts of batches that a training computes, each once. */
export function trainingSizes({ length, batchSize, epochs }: ClockOptions, largestPart: number): number[] {
  const batches = new Set<number>();
  for (let epoch = 0; epoch < epochs; epoch++) {
    const size = Math.min(batchSizeAt(batchSize, epoch), length);
    for (const count of [size, length % size]) if (count > 0) batches.add(count);
  }
  const parts = [...batches].flatMap((count) => microBatches({ epoch: 0, from: 0, count }, largestPart));
  return [...new Set(parts.map(({ count }) => count))];
}

/** The sizes of the batches in which sets of images are evaluated. */
export const evaluationSizes = (lengths: readonly number[], batch: number): number[] => [
  ...new Set([batch, ...lengths.map((length) => length % batch).filter((rest) => rest > 0)]),
];
