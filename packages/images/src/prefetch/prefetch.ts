import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { Batch } from "../batches/batch.ts";
import { createLoader, type LoaderOptions } from "../batches/loader.ts";
import { DataError } from "../error.ts";
import { handleOf, type ImageSetHandle } from "../image-set/handle.ts";
import type { ImageSource, PixelArray } from "../image-set/image-source.ts";
import { workerFile } from "../worker-file.ts";
import { DirectPrefetch } from "./direct.ts";
import { type Answer, type Request, Signal, type WorkerStart } from "./messages.ts";
import type { PlannedBatch, Prefetch } from "./plan.ts";

export type { Prefetch };

/**
 * Makes the batches of a plan in a thread that works ahead. They are identical to those of `createLoader`, bit for bit. The
 * thread also works while this one is blocked, as in a call of ONNX Runtime. It pauses once `ahead` batches are ready, and
 * continues when half of them are taken. Images with a `read` function of your own are read in this thread instead.
 * @param plan the batches in order; it is read `ahead` items in advance
 * @param ahead the maximum number of ready batches; a whole number of at least 1
 * @throws DataError for images or options that `createLoader` refuses
 * @example
 * const batches = prefetch(data.train, { seed: 0 }, [{ epoch: 0, from: 0, count: 64 }], { ahead: 4 });
 * const { images, labels } = await batches.next();
 * await batches.close();
 */
export function prefetch<Pixels extends PixelArray>(
  images: ImageSource<Pixels>,
  options: LoaderOptions,
  plan: Iterable<PlannedBatch>,
  { ahead }: { readonly ahead: number },
): Prefetch<Pixels> {
  if (!Number.isInteger(ahead) || ahead < 1) {
    throw new DataError(`prefetch: ahead = ${ahead}: expected a whole number of at least 1`);
  }
  // Mistakes in the options are thrown here rather than with the first batch.
  const loader = createLoader(images, options);
  const handle = sharedHandle(images as ImageSource);
  return handle
    ? (new WorkerPrefetch(handle, options, plan, ahead) as Prefetch<PixelArray> as Prefetch<Pixels>)
    : new DirectPrefetch(loader, plan);
}

/** Returns the handle of a set with the members of its copy, such as other labels; undefined if no thread can read it. */
function sharedHandle(images: ImageSource): ImageSetHandle<readonly number[]> | undefined {
  const handle = handleOf(images);
  return (
    handle && {
      ...handle,
      imageShape: images.imageShape,
      classNames: images.classNames ?? [],
      labels: images.labels ?? new Int32Array(),
      targets: images.targets ?? {},
      places: handle.places.subarray(0, images.length),
    }
  );
}

/** A call of `next()` that waits for a batch. */
interface Waiting {
  readonly resolve: (batch: Batch<PixelArray>) => void;
  readonly reject: (error: Error) => void;
  readonly since: number;
}

class WorkerPrefetch implements Prefetch<PixelArray> {
  readonly #plan: Iterator<PlannedBatch>;
  readonly #signal = new Int32Array(new SharedArrayBuffer(8));
  readonly #port: MessagePort;
  readonly #worker: Worker;
  /** Answers that arrived before a call of `next()`. */
  readonly #ready: Answer[] = [];
  /** The number of requests after which the worker is woken. */
  readonly #wakeAfter: number;
  #outstanding = 0;
  /** The number of requests since the worker was last woken. */
  #pendingRequests = 0;
  #waiting: Waiting | null = null;
  #waited = 0;
  #failed: Error | null = null;

  constructor(
    set: ImageSetHandle<readonly number[]>,
    options: LoaderOptions,
    plan: Iterable<PlannedBatch>,
    ahead: number,
  ) {
    this.#plan = plan[Symbol.iterator]();
    this.#wakeAfter = Math.ceil(ahead / 2);
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const workerData: WorkerStart = { set, options, port: port2, signal: this.#signal };
    this.#worker = new Worker(workerFile(import.meta.url, "prefetch", "worker"), { workerData, transferList: [port2] });
    port1.on("message", (answer: Answer) => this.#receive(answer));
    this.#worker.on("error", (error) => this.#fail(error as Error));
    this.#worker.on("exit", (code) =>
      this.#fail(new Error(`next: the thread that makes batches exited with code ${code}`)),
    );
    // Only a waiting call keeps the process alive, so that a reader may exit without closing.
    port1.unref();
    this.#worker.unref();
    for (let i = 0; i < ahead; i++) this.#request();
    this.#wake();
  }

  /** Requests the next batch of the plan. Up to `ahead` requests are outstanding. */
  #request(): void {
    const { value, done } = this.#plan.next();
    if (done) return;
    const { epoch, from, count } = value;
    this.#outstanding++;
    this.#send({ batch: { epoch, from, count } });
    this.#pendingRequests++;
    // Waking a thread takes a tenth of a millisecond, so it is done once for several requests while others are ready.
    if (this.#pendingRequests >= this.#wakeAfter) this.#wake();
  }

  #send(request: Request, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(request, transfer);
  }

  #wake(): void {
    this.#pendingRequests = 0;
    Atomics.add(this.#signal, Signal.messages, 1);
    Atomics.notify(this.#signal, Signal.messages);
  }

  async next(): Promise<Batch<PixelArray>> {
    if (this.#failed) throw this.#failed;
    if (this.#waiting) throw new DataError("next: the previous batch is not ready yet. Await it first.");
    if (this.#outstanding === 0) throw new DataError("next: the plan has ended. Expected no further calls.");
    // Answers that arrived while this thread was blocked are in the port. Reading them needs no turn of the event loop.
    const answer = this.#ready.shift() ?? (receiveMessageOnPort(this.#port)?.message as Answer | undefined);
    if (answer) return this.#take(answer);
    this.#wake();
    this.#port.ref();
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject, since: performance.now() };
    });
  }

  #take(answer: Answer): Batch<PixelArray> {
    this.#outstanding--;
    if ("error" in answer) {
      this.#failed = revive(answer.error);
      throw this.#failed;
    }
    this.#request();
    return answer.batch;
  }

  #receive(answer: Answer): void {
    const waiting = this.#endWait();
    if (!waiting) {
      this.#ready.push(answer);
      return;
    }
    try {
      waiting.resolve(this.#take(answer));
    } catch (error) {
      waiting.reject(error as Error);
    }
  }

  #endWait(): Waiting | null {
    const waiting = this.#waiting;
    if (!waiting) return null;
    this.#waiting = null;
    this.#waited += performance.now() - waiting.since;
    this.#port.unref();
    this.#worker.unref();
    return waiting;
  }

  #fail(error: Error): void {
    this.#failed ??= error;
    this.#endWait()?.reject(this.#failed);
  }

  recycle({ images }: Batch<PixelArray>): void {
    if (this.#failed || images.buffer.byteLength === 0) return;
    const buffer = images.buffer as ArrayBuffer;
    this.#send({ recycle: buffer }, [buffer]);
  }

  get waited(): number {
    return this.#waited + (this.#waiting ? performance.now() - this.#waiting.since : 0);
  }

  async close(): Promise<void> {
    this.#fail(new DataError("next: the batches are closed. Expected no further calls."));
    Atomics.store(this.#signal, Signal.stop, 1);
    this.#wake();
    this.#port.close();
    this.#ready.length = 0;
    await this.#worker.terminate();
  }
}

/** Restores the class of an error, which is lost between threads. */
function revive({ name, message }: { readonly name: string; readonly message: string }): Error {
  return name === "DataError" ? new DataError(message) : new Error(message);
}
