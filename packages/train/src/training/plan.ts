import { batchSizeAt, type ClockOptions, imagesPerStep } from "./clock.ts";

/** Position in a training. */
export interface Position {
  /** Number of completed steps. */
  readonly step: number;
  /** Number of completed epochs. */
  readonly epoch: number;
  /** Number of trained images in the current epoch. */
  readonly seen: number;
}

export const START: Position = { step: 0, epoch: 0, seen: 0 };

/** Images that one step trains on, as a range in the order of the epoch: a batch, or several if gradients accumulate. */
export interface PlannedBatch {
  readonly step: number;
  readonly epoch: number;
  readonly from: number;
  readonly count: number;
  readonly endsEpoch: boolean;
  /** Position after the step. */
  readonly after: Position;
}

/** Yields the images of all remaining steps. */
export function* planBatches(clock: ClockOptions, from: Position): Generator<PlannedBatch> {
  const { length, epochs } = clock;
  let { step, epoch, seen } = from;
  while (epoch < epochs) {
    const count = Math.min(imagesPerStep(clock, epoch), length - seen);
    const endsEpoch = seen + count === length;
    const after = endsEpoch
      ? { step: step + 1, epoch: epoch + 1, seen: 0 }
      : { step: step + 1, epoch, seen: seen + count };
    yield { step, epoch, from: seen, count, endsEpoch, after };
    ({ step, epoch, seen } = after);
  }
}

/** Part of a batch that fits into memory. */
export interface MicroBatch {
  readonly epoch: number;
  readonly from: number;
  readonly count: number;
}

/**
 * Splits a batch into as few micro-batches as the maximum size allows. Their sizes are nearly equal, because each distinct
 * size needs a compiled program.
 */
export function microBatches({ epoch, from, count }: MicroBatch, largest: number): MicroBatch[] {
  const parts = Math.ceil(count / largest);
  const bound = (part: number): number => Math.round((part * count) / parts);
  return Array.from({ length: parts }, (_, part) => ({
    epoch,
    from: from + bound(part),
    count: bound(part + 1) - bound(part),
  }));
}

/**
 * Splits a step into its batches, and each batch into micro-batches. There is one batch unless gradients accumulate; the
 * last one may be smaller.
 */
export function batchesOf(
  step: MicroBatch,
  { batchSize }: Pick<ClockOptions, "batchSize">,
  largest: number,
): MicroBatch[][] {
  const { epoch, from, count } = step;
  const size = batchSizeAt(batchSize, epoch);
  const batches: MicroBatch[][] = [];
  for (let done = 0; done < count; done += size) {
    batches.push(microBatches({ epoch, from: from + done, count: Math.min(size, count - done) }, largest));
  }
  return batches;
}
