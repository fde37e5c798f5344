import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { Batch } from "../batches/batch.ts";
import { createLoader, type LoaderOptions } from "../batches/loader.ts";
import { DataError } from "../error.ts";
import type { ImageSet } from "../image-set/image-set.ts";
import { type Answer, type PlannedBatch, type Request, Signal, type WorkerStart } from "./messages.ts";
import { WORKER } from "./worker-file.ts";

/** Batches that are made in a thread of their own, ahead of being asked for. */
export interface Prefetch {
  /**
   * The next batch of the plan. One that is ready is there at once, also where this thread was busy ever since.
   * @throws DataError as `Loader.batch`, after the end of the plan, and when closed
   */
  next(): Promise<Batch>;
  /** Gives the memory of a batch back, to be used for another: the batch is empty afterwards. Optional. */
  recycle(batch: Batch): void;
  /** Milliseconds that `next()` had to wait for batches, in all. */
  readonly waited: number;
  /** Ends the thread, also mid-way. */
  close(): Promise<void>;
}

/**
 * Makes the batches of a plan in a thread that works ahead: the same as `createLoader`'s, bit for bit. The thread goes on
 * while this one is blocked, as it is by ONNX Runtime's call, and stops when `ahead` batches lie ready, to go on when
 * half of them are taken.
 * @param plan which batches come, in order; read `ahead` items before they are asked for
 * @param ahead how many batches may lie ready; a whole number from 1 on
 * @throws DataError for options that `createLoader` refuses
 * @example
 * const batches = prefetch(data.train, { seed: 0 }, [{ epoch: 0, from: 0, count: 64 }], { ahead: 4 });
 * const { images, labels } = await batches.next();
 * await batches.close();
 */
export function prefetch(
  set: ImageSet,
  options: LoaderOptions,
  plan: Iterable<PlannedBatch>,
  { ahead }: { readonly ahead: number },
): Prefetch {
  if (!Number.isInteger(ahead) || ahead < 1) {
    throw new DataError(`prefetch: ahead = ${ahead}: expected a whole number from 1 on`);
  }
  // Mistakes in the options are told here, and not by the first batch.
  createLoader(set, options);
  return new WorkerPrefetch(set, options, plan, ahead);
}

/** A call of `next()` that found nothing ready. */
interface Waiting {
  readonly resolve: (batch: Batch) => void;
  readonly reject: (error: Error) => void;
  readonly since: number;
}

class WorkerPrefetch implements Prefetch {
  readonly #plan: Iterator<PlannedBatch>;
  readonly #signal = new Int32Array(new SharedArrayBuffer(8));
  readonly #port: MessagePort;
  readonly #worker: Worker;
  /** Answers that came while this thread was idle, before they were asked for. */
  readonly #ready: Answer[] = [];
  /** Requests after which the worker is woken. */
  readonly #wakeAfter: number;
  #outstanding = 0;
  /** Requests that the worker was not woken for. */
  #unheard = 0;
  #waiting: Waiting | null = null;
  #waited = 0;
  #failed: Error | null = null;

  constructor(set: ImageSet, options: LoaderOptions, plan: Iterable<PlannedBatch>, ahead: number) {
    this.#plan = plan[Symbol.iterator]();
    this.#wakeAfter = Math.ceil(ahead / 2);
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const workerData: WorkerStart = { set: set.handle, options, port: port2, signal: this.#signal };
    this.#worker = new Worker(WORKER, { workerData, transferList: [port2] });
    port1.on("message", (answer: Answer) => this.#receive(answer));
    this.#worker.on("error", (error) => this.#fail(error as Error));
    this.#worker.on("exit", (code) => this.#fail(new Error(`next: the thread that makes batches ended with ${code}`)));
    // Only a wait keeps the process alive: a reader that goes away without closing does not.
    port1.unref();
    this.#worker.unref();
    for (let i = 0; i < ahead; i++) this.#request();
    this.#wake();
  }

  /** Asks the worker for the next batch of the plan. As many are under way as may lie ready. */
  #request(): void {
    const { value, done } = this.#plan.next();
    if (done) return;
    const { epoch, from, count } = value;
    this.#outstanding++;
    this.#send({ batch: { epoch, from, count } });
    this.#unheard++;
    // To wake a thread takes a tenth of a millisecond: it is done once for several, while others still lie ready.
    if (this.#unheard >= this.#wakeAfter) this.#wake();
  }

  #send(request: Request, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(request, transfer);
  }

  #wake(): void {
    this.#unheard = 0;
    Atomics.add(this.#signal, Signal.messages, 1);
    Atomics.notify(this.#signal, Signal.messages);
  }

  async next(): Promise<Batch> {
    if (this.#failed) throw this.#failed;
    if (this.#waiting) throw new DataError("next: the batch before is not there yet: await it first");
    if (this.#outstanding === 0) throw new DataError("next: the plan has ended: expected no more calls");
    // What came while this thread was blocked lies in the port: no turn of the event loop is needed for it.
    const answer = this.#ready.shift() ?? (receiveMessageOnPort(this.#port)?.message as Answer | undefined);
    if (answer) return this.#take(answer);
    this.#wake();
    this.#port.ref();
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject, since: performance.now() };
    });
  }

  #take(answer: Answer): Batch {
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

  recycle({ images }: Batch): void {
    if (this.#failed || images.buffer.byteLength === 0) return;
    const buffer = images.buffer as ArrayBuffer;
    this.#send({ recycle: buffer }, [buffer]);
  }

  get waited(): number {
    return this.#waited + (this.#waiting ? performance.now() - this.#waiting.since : 0);
  }

  async close(): Promise<void> {
    this.#fail(new DataError("next: closed: expected no more calls"));
    Atomics.store(this.#signal, Signal.stop, 1);
    this.#wake();
    this.#port.close();
    this.#ready.length = 0;
    await this.#worker.terminate();
  }
}

/** Errors lose their class on the way between threads. */
function revive({ name, message }: { readonly name: string; readonly message: string }): Error {
  return name === "DataError" ? new DataError(message) : new Error(message);
}
