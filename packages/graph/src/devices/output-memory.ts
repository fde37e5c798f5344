import { importInNode } from "./import-in-node.ts";

/**
 * Bytes of outputs between collections of the young generation. By default, V8 counts array buffers as growth of its old
 * generation and collects the whole heap about every 8 MB, with threads that compete with those of ONNX Runtime. A young
 * collection takes a tenth of the time and frees the outputs of earlier steps as well.
 */
const COLLECT_AFTER = 6 * 2 ** 20;

/**
 * Bytes of a block whose release makes glibc keep freed memory. glibc returns large freed blocks to the system, which
 * zeroes them page by page when the next step allocates them. It keeps blocks up to the size of the largest block freed so
 * far, at most 32 MB.
 */
const LARGE_BLOCK = 31 * 2 ** 20;

let bytes = 0;
let collect: Promise<() => void> | undefined;

/**
 * Collects the outputs of earlier runs regularly, so that their memory is reused. ONNX Runtime for Node allocates a new
 * array for each output in each run, even for outputs that it writes to a target. Without regular collections, a step of a
 * small network takes up to twice as long.
 * @param outputBytes bytes of a run's outputs
 */
export async function reuseOutputs(outputBytes: number): Promise<void> {
  bytes += outputBytes;
  if (bytes < COLLECT_AFTER) return;
  bytes = 0;
  collect ??= youngCollector();
  (await collect)();
}

/** Returns a function that collects V8's young generation. V8 exposes it to contexts created while --expose-gc is set. */
async function youngCollector(): Promise<() => void> {
  try {
    const { setFlagsFromString } = await importInNode<typeof import("node:v8")>("node:v8");
    const { runInNewContext } = await importInNode<typeof import("node:vm")>("node:vm");
    setFlagsFromString("--expose-gc");
    const gc = runInNewContext("gc") as (options: { readonly type: "minor" }) => void;
    setFlagsFromString("--no-expose-gc");
    // The first collection frees this block.
    new ArrayBuffer(LARGE_BLOCK);
    return () => gc({ type: "minor" });
  } catch {
    // Other engines collect by their own schedule.
    return () => {};
  }
}
