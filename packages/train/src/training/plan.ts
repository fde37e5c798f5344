import { batchSizeAt, type ClockOptions } from "./clock.ts";

/** Where a training stands: what of it is done. */
export interface Position {
  /** Updates taken. */
  readonly step: number;
  /** Epochs that are done. */
  readonly epoch: number;
  /** Images of the epoch under way that have been trained on. */
  readonly seen: number;
}

export const START: Position = { step: 0, epoch: 0, seen: 0 };

/** The batch of a step: which images of the epoch's order it has. */
export interface PlannedBatch {
  readonly step: number;
  readonly epoch: number;
  readonly from: number;
  readonly count: number;
  readonly endsEpoch: boolean;
  /** Where the training stands after it. */
  readonly after: Position;
}

/** The batches that are still to come. */
export function* planBatches({ length, batchSize, epochs }: ClockOptions, from: Position): Generator<PlannedBatch> {
  let { step, epoch, seen } = from;
  while (epoch < epochs) {
    const count = Math.min(batchSizeAt(batchSize, epoch), length - seen);
    const endsEpoch = seen + count === length;
    const after = endsEpoch
      ? { step: step + 1, epoch: epoch + 1, seen: 0 }
      : { step: step + 1, epoch, seen: seen + count };
    yield { step, epoch, from: seen, count, endsEpoch, after };
    ({ step, epoch, seen } = after);
  }
}

/** Part of a batch, as large as fits into memory. */
export interface MicroBatch {
  readonly epoch: number;
  readonly from: number;
  readonly count: number;
}

/** A batch in as few parts as its bound allows, as equal as can be: a graph is compiled for each size. */
export function microBatches({ epoch, from, count }: MicroBatch, largest: number): MicroBatch[] {
  const parts = Math.ceil(count / largest);
  const bound = (part: number): number => Math.round((part * count) / parts);
  return Array.from({ length: parts }, (_, part) => ({
    epoch,
    from: from + bound(part),
    count: bound(part + 1) - bound(part),
  }));
}
