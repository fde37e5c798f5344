import type { Batch } from "../batches/batch.ts";
import type { PixelArray } from "../image-set/image-source.ts";

/** A batch to make: the images at the positions from `from` to below `from + count` of an epoch. */
export interface PlannedBatch {
  readonly epoch: number;
  readonly from: number;
  readonly count: number;
}

/** Batches of a plan, which a separate thread makes ahead of time where it can read the images. */
export interface Prefetch<Pixels extends PixelArray = Uint8Array> {
  /**
   * Returns the next batch of the plan. A batch that is ready is returned at once, even if this thread was busy meanwhile.
   * @throws DataError as `Loader.batch`, after the end of the plan, and after `close()`
   */
  next(): Promise<Batch<Pixels>>;
  /** Returns the memory of a batch to the thread for reuse. The batch is empty afterwards. Optional. */
  recycle(batch: Batch<Pixels>): void;
  /** The total time, in milliseconds, for which `next()` waited for batches. */
  readonly waited: number;
  /** Stops the thread, also before the end of the plan. */
  close(): Promise<void>;
}
