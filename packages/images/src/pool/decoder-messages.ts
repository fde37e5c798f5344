import type { MessagePort } from "node:worker_threads";
import type { ImageFiles } from "./pool.ts";

/** The data with which the decoder's thread starts. */
export interface DecoderStart {
  readonly images: ImageFiles;
  readonly port: MessagePort;
  /** The decoded images, one in each slot. */
  readonly slots: SharedArrayBuffer;
  /** The state of each slot: see `SlotState`. */
  readonly states: Int32Array;
}

/** The state of a slot. */
export const SlotState = { pending: 0, decoded: 1, failed: 2 } as const;

/** A request to decode the image at an index of the pool into a slot. */
export interface DecodeRequest {
  readonly place: number;
  readonly slot: number;
}

/** The reason why an image could not be decoded. It is sent before the slot's state changes. */
export interface DecodeFailure {
  readonly slot: number;
  readonly message: string;
}
