import type { MessagePort } from "node:worker_threads";
import type { Batch } from "../batches/batch.ts";
import type { LoaderOptions } from "../batches/loader.ts";
import type { ImageSetHandle } from "../image-set/image-set.ts";

/** A batch to make: images at positions `from` to below `from + count` of an epoch. */
export interface PlannedBatch {
  readonly epoch: number;
  readonly from: number;
  readonly count: number;
}

/** What the worker begins with. */
export interface WorkerStart {
  readonly set: ImageSetHandle;
  readonly options: LoaderOptions;
  readonly port: MessagePort;
  /** Shared: see `Signal`. */
  readonly signal: Int32Array;
}

/** The numbers of the shared signal. */
export const Signal = {
  /** Rises when there are messages for the worker, which sleeps on it. */
  messages: 0,
  /** Not 0: the worker is to end. */
  stop: 1,
} as const;

/** What the worker is told. */
export type Request = { readonly batch: PlannedBatch } | { readonly recycle: ArrayBuffer };

/** What the worker answers to each planned batch, in order. */
export type Answer =
  | { readonly batch: Batch }
  | { readonly error: { readonly name: string; readonly message: string } };
