import type { MessagePort } from "node:worker_threads";
import type { Batch } from "../batches/batch.ts";
import type { LoaderOptions } from "../batches/loader.ts";
import type { ImageSetHandle } from "../image-set/image-set.ts";
import type { PixelArray } from "../image-set/image-source.ts";
import type { PlannedBatch } from "./plan.ts";

/** The data with which the worker starts. */
export interface WorkerStart {
  readonly set: ImageSetHandle<readonly number[]>;
  readonly options: LoaderOptions;
  readonly port: MessagePort;
  /** Shared numbers; see `Signal`. */
  readonly signal: Int32Array;
}

/** The indices of the shared numbers. */
export const Signal = {
  /** A counter that increases when there are messages for the worker, which sleeps on it. */
  messages: 0,
  /** Not 0 to stop the worker. */
  stop: 1,
} as const;

/** A message to the worker: a batch to make, or memory to reuse. */
export type Request = { readonly batch: PlannedBatch } | { readonly recycle: ArrayBuffer };

/** The worker's answer to each planned batch, in order. */
export type Answer =
  | { readonly batch: Batch<PixelArray> }
  | { readonly error: { readonly name: string; readonly message: string } };
