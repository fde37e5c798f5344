import { importInNode } from "./import-in-node.ts";

/**
 * Bytes of outputs after which those that nobody keeps are collected. V8 counts the memory behind arrays as growth of its
 * old generation, and goes through the whole heap every 8 MB or so, with threads that take the processor from those of
 * ONNX Runtime. To look at what is young is done in a tenth of the time, and finds all outputs of the steps before.
 */
const ENOUGH = 6 * 2 ** 20;

/**
 * Bytes of a block that makes glibc keep memory. It hands freed memory back to the system, to be zeroed page by page at
 * the next step, but keeps blocks as large as the largest that it has seen come and go, up to 32 MB.
 */
const LARGE = 31 * 2 ** 20;

let bytes = 0;
let collect: Promise<() => void> | undefined;

/**
 * Has the outputs of runs collected now and then, and their memory used again. ONNX Runtime's build for Node makes a new
 * array of each output in each run, also of those that it wrote to where they were wanted; left to itself, a small
 * network's step takes up to twice as long for it.
 * @param given bytes of a run's outputs
 */
export async function reuseOutputs(given: number): Promise<void> {
  bytes += given;
  if (bytes < ENOUGH) return;
  bytes = 0;
  collect ??= youngCollector();
  (await collect)();
}

/** V8's own collector of the young generation, which it shows to contexts that are made while it is told to. */
async function youngCollector(): Promise<() => void> {
  try {
    const { setFlagsFromString } = await importInNode<typeof import("node:v8")>("node:v8");
    const { runInNewContext } = await importInNode<typeof import("node:vm")>("node:vm");
    setFlagsFromString("--expose-gc");
    const gc = runInNewContext("gc") as (options: { readonly type: "minor" }) => void;
    setFlagsFromString("--no-expose-gc");
    // Freed by the first collection.
    new ArrayBuffer(LARGE);
    return () => gc({ type: "minor" });
  } catch {
    // Where there is no V8, or none that shows it, collections stay as they are.
    return () => {};
  }
}
