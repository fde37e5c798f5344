import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { DataError } from "../error.ts";
import { forEachParallel } from "../files/for-each-parallel.ts";
import { type KeptPool, keepPool } from "../pool/keep-pool.ts";
import { workerFile } from "../worker-file.ts";
import { type ImageSource, type ImageTask, type ImageTaskResults, type Outcome, performTask } from "./image-task.ts";
import type { KeepRequest, TaskAnswer, TaskRequest } from "./image-task-messages.ts";

/** Images for which starting a thread takes less time than it saves. Fewer than two threads are not started. */
const IMAGES_PER_THREAD = 128;

/** Images in one request to a thread. */
const IMAGES_AT_ONCE = 16;

/** Requests that each thread has at a time, so that it never waits for the next one. */
const REQUESTS_AHEAD = 2;

type AnyOutcomes = readonly Outcome<ImageTaskResults[keyof ImageTaskResults]>[];

/** Work on many images, in threads if there are enough images. The results do not depend on the threads. */
export class ImageWorkers {
  readonly #workers: Worker[] = [];
  readonly #pending = new Map<number, { resolve(answer: TaskAnswer): void; reject(error: unknown): void }>();
  #requests = 0;

  /** Starts as many threads as suit a number of images, unless there are that many. */
  start(images: number): void {
    if (images < 2 * IMAGES_PER_THREAD) return;
    const threads = Math.min(availableParallelism(), Math.floor(images / IMAGES_PER_THREAD));
    while (this.#workers.length < threads) {
      const worker = new Worker(workerFile(import.meta.url, "reading", "image-task-worker"));
      worker.on("message", (answer: TaskAnswer) => this.#settle(answer));
      worker.on("error", (error) => this.#fail(error));
      this.#workers.push(worker);
    }
  }

  /**
   * Works on all images.
   * @param sourceOf returns the file of an image, or its bytes
   * @param taskOf returns the task for the images of some indices
   * @param onOutcome called for each image, in any order
   */
  async run<Task extends ImageTask>(
    indices: readonly number[],
    sourceOf: (index: number) => ImageSource | Promise<ImageSource>,
    taskOf: (indices: readonly number[]) => Task,
    onOutcome: (outcome: Outcome<ImageTaskResults[Task["kind"]]>, index: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const threads = this.#workers.length;
    const size = threads === 0 ? 1 : IMAGES_AT_ONCE;
    const groups = Array.from({ length: Math.ceil(indices.length / size) }, (_, i) =>
      indices.slice(i * size, (i + 1) * size),
    );
    await forEachParallel(
      groups,
      async (group) => {
        const sources: ImageSource[] = [];
        const found: number[] = [];
        for (const index of group) {
          try {
            sources.push(await sourceOf(index));
            found.push(index);
          } catch (error) {
            if (!(error instanceof DataError)) throw error;
            onOutcome({ kind: "unreadable", reason: error.message }, index);
          }
        }
        if (found.length === 0) return;
        const task = taskOf(found);
        const outcomes = threads === 0 ? await performTask(task, sources) : await this.#request(task, sources);
        for (const [i, index] of found.entries()) {
          onOutcome(outcomes[i] as Outcome<ImageTaskResults[Task["kind"]]>, index);
        }
      },
      signal,
      threads === 0 ? undefined : REQUESTS_AHEAD * threads,
    );
  }

  /** Writes images in memory to the cache, in a thread if there is one. Returns a note for the report if that fails. */
  async keep(pool: KeptPool): Promise<string | null> {
    if (this.#workers.length === 0) return keepPool(pool);
    const answer = await this.#send((id): KeepRequest => ({ id, pool }));
    return (answer as Extract<TaskAnswer, { readonly note: unknown }>).note;
  }

  async #request(task: ImageTask, sources: readonly ImageSource[]): Promise<AnyOutcomes> {
    const answer = await this.#send((id): TaskRequest => ({ id, task, sources }));
    return (answer as Extract<TaskAnswer, { readonly outcomes: unknown }>).outcomes;
  }

  #send(requestOf: (id: number) => TaskRequest | KeepRequest): Promise<TaskAnswer> {
    const id = this.#requests++;
    const worker = this.#workers[id % this.#workers.length] as Worker;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      worker.postMessage(requestOf(id));
    });
  }

  #settle(answer: TaskAnswer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if ("error" in answer) pending?.reject(answer.error);
    else pending?.resolve(answer);
  }

  #fail(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }

  /** Ends the threads, which keep the process alive until then. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
