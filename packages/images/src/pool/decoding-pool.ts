import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { DataError } from "../error.ts";
import { sizeOf } from "../image-set/shape.ts";
import { workerFile } from "../worker-file.ts";
import { type DecodeFailure, type DecodeRequest, type DecoderStart, SlotState } from "./decoder-messages.ts";
import type { ImageFiles, Pool } from "./pool.ts";

/** The number of images that are decoded ahead. */
const SLOTS = 32;

/** The thread that decodes, and the memory that it shares. */
interface Decoder {
  readonly port: MessagePort;
  readonly slots: Uint8Array;
  readonly states: Int32Array;
}

/**
 * Image files that are decoded when they are read, for sets that fit neither the memory nor the disk. A thread decodes them,
 * so that a reader that waits blocks its own thread only, and several images are decoded at once.
 */
export class DecodingPool implements Pool {
  readonly #images: ImageFiles;
  readonly #size: number;
  #decoder: Decoder | null = null;
  /** The slots without an image. */
  readonly #free = Array.from({ length: SLOTS }, (_, slot) => slot);
  /** The slots of images that were requested, by their indices in the pool, in the order of the requests. */
  readonly #requested = new Map<number, number>();
  /** The images that are read soon, and were not requested yet. */
  #next: readonly number[] = [];
  readonly #failures = new Map<number, string>();

  constructor(images: ImageFiles) {
    this.#images = images;
    this.#size = sizeOf(images.imageShape);
  }

  prepare(places: readonly number[]): void {
    this.#next = places;
    this.#request();
  }

  read(place: number, into: Uint8Array, offset: number): void {
    const { slots, states, port } = this.#open();
    if (!this.#requested.has(place)) this.#requestNow(place);
    const slot = this.#requested.get(place) as number;
    Atomics.wait(states, slot, SlotState.pending);
    this.#requested.delete(place);
    this.#free.push(slot);
    if (Atomics.load(states, slot) === SlotState.failed) throw new DataError(this.#failureOf(slot, port));
    into.set(slots.subarray(slot * this.#size, (slot + 1) * this.#size), offset);
    this.#request();
  }

  /** Requests images that are read soon while there are free slots. */
  #request(): void {
    let count = 0;
    for (const place of this.#next) {
      if (this.#free.length === 0) break;
      count++;
      if (!this.#requested.has(place)) this.#send(place);
    }
    this.#next = this.#next.slice(count);
  }

  /** Requests one image at once. Without a free slot, the oldest request gives way: it was not read in time. */
  #requestNow(place: number): void {
    if (this.#free.length === 0) {
      const [[oldest, slot]] = this.#requested as unknown as [[number, number]];
      Atomics.wait(this.#open().states, slot, SlotState.pending);
      this.#requested.delete(oldest);
      this.#free.push(slot);
    }
    this.#send(place);
  }

  #send(place: number): void {
    const { port, states } = this.#open();
    const slot = this.#free.pop() as number;
    Atomics.store(states, slot, SlotState.pending);
    this.#requested.set(place, slot);
    port.postMessage({ place, slot } satisfies DecodeRequest);
  }

  #failureOf(slot: number, port: MessagePort): string {
    for (let received = receiveMessageOnPort(port); received; received = receiveMessageOnPort(port)) {
      const failure = received.message as DecodeFailure;
      this.#failures.set(failure.slot, failure.message);
    }
    const message = this.#failures.get(slot) as string;
    this.#failures.delete(slot);
    return message;
  }

  /** Starts the thread with the first image. It does not keep the process alive. */
  #open(): Decoder {
    if (this.#decoder) return this.#decoder;
    const slots = new SharedArrayBuffer(SLOTS * this.#size);
    const states = new Int32Array(new SharedArrayBuffer(4 * SLOTS));
    const { port1, port2 } = new MessageChannel();
    const start: DecoderStart = { images: this.#images, port: port2, slots, states };
    const worker = new Worker(workerFile(import.meta.url, "pool", "decoder-worker"), {
      workerData: start,
      transferList: [port2],
    });
    worker.unref();
    port1.unref();
    this.#decoder = { port: port1, slots: new Uint8Array(slots), states };
    return this.#decoder;
  }
}
