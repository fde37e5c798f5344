import type { WasmMemory } from "../parameters/wasm-memory.ts";
import { COUNT, type Kernel, POSTED, POSTS, resultOf, runIfPosted, SLOTS, type WORD, WORDS, wordOf } from "./chunks.ts";
import { builtinModule } from "./node.ts";

/**
 * The members of `node:worker_threads` that are used. The declarations of this module require neither Node's types nor the
 * DOM library: files are objects instead of URLs, and so are modules of WebAssembly.
 */
export interface WorkerThreads {
  readonly Worker: new (file: object, options: object) => WorkerThread;
  readonly workerData: unknown;
  readonly parentPort: object;
  receiveMessageOnPort(port: object): { readonly message: unknown } | undefined;
}

interface WorkerThread {
  on(event: "error", listener: () => void): void;
  postMessage(message: ModuleMessage): void;
  terminate(): Promise<number>;
  unref(): void;
}

/** Data with which a thread of a crew starts. */
export interface CrewData {
  readonly words: Int32Array;
  readonly memory: WasmMemory;
}

/** Module of kernels, and its index. */
export interface ModuleMessage {
  readonly index: number;
  readonly module: object;
}

/** Values with which a kernel runs a chunk. */
export type Chunk = Readonly<Record<Exclude<keyof typeof WORD, "state" | "result">, number>>;

/** A few threads already use the whole bandwidth of the memory. */
const MOST_THREADS = 8;

/** Ends the threads of crews whose memory nothing uses any longer. */
const abandoned = new FinalizationRegistry<readonly WorkerThread[]>((workers) => {
  for (const worker of workers) void worker.terminate();
});

/**
 * Threads that run the kernels of updaters in shared memory, besides the thread that calls them. That thread takes the
 * chunks that no other has taken, so results do not depend on threads that start late or not at all. The threads do not
 * keep the process alive.
 */
export class Crew {
  readonly #words = new Int32Array(new SharedArrayBuffer(4 * WORDS));
  readonly #workers: readonly WorkerThread[];
  #modules = 0;

  /** Starts the threads: one fewer than `threads`, and at most {@link MOST_THREADS} with the calling one. */
  constructor(memory: WasmMemory, threads: number) {
    const { Worker } = builtinModule<WorkerThreads>("node:worker_threads") as WorkerThreads;
    const workerData: CrewData = { words: this.#words, memory };
    this.#workers = Array.from({ length: Math.min(threads, MOST_THREADS) - 1 }, () => {
      const worker = new Worker(workerFile(import.meta.url), { workerData, execArgv: [] });
      worker.on("error", () => {});
      worker.unref();
      return worker;
    });
    abandoned.register(this, this.#workers);
  }

  /** Sends a module to all threads. Returns its index. */
  add(module: object): number {
    const index = this.#modules++;
    for (const worker of this.#workers) worker.postMessage({ index, module });
    return index;
  }

  /**
   * Runs all chunks of a pass, at most {@link SLOTS}.
   * @param kernel kernel of the chunks in the calling thread
   * @returns false if a gradient element is not finite; other chunks have been run
   */
  run(chunks: readonly Chunk[], kernel: Kernel): boolean {
    const words = this.#words;
    for (const [slot, chunk] of chunks.entries()) {
      for (const [word, value] of Object.entries(chunk)) words[wordOf(slot, word as keyof Chunk)] = value;
      Atomics.store(words, wordOf(slot, "state"), POSTED);
    }
    Atomics.store(words, COUNT, chunks.length);
    Atomics.add(words, POSTS, 1);
    Atomics.notify(words, POSTS);
    for (const slot of chunks.keys()) runIfPosted(words, slot, () => kernel);
    let finite = true;
    for (const slot of chunks.keys()) finite = resultOf(words, slot) !== 0 && finite;
    return finite;
  }
}

/** Returns the file of the threads. Node does not run TypeScript, so tests, which run this module as .ts, use the built file. */
const workerFile = (url: string): URL =>
  new URL(url.endsWith(".ts") ? "../../dist/threads/crew-worker.js" : "./crew-worker.js", url);

/** True if this engine has threads that can share the memory of parameters. */
export const hasThreads = (): boolean =>
  typeof SharedArrayBuffer !== "undefined" && builtinModule("node:worker_threads") !== undefined;

/** Minimum number of elements in a chunk: a thread needs longer for it than for waking up. */
const SMALLEST_CHUNK = 2 ** 15;
/** Elements in a cache line, so that no two threads write to one. */
const LINE = 16;

/** Returns the number of elements in each chunk of a pass but the last. */
export const chunkLength = (elements: number): number =>
  Math.max(SMALLEST_CHUNK, Math.ceil(elements / SLOTS / LINE) * LINE);
