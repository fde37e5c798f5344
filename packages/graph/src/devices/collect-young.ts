import { importInNode } from "./import-in-node.ts";

/**
 * Bytes of arrays after which the young ones are collected. V8 counts the memory behind arrays as growth of its old
 * generation, and goes through the whole heap every 8 MB or so, with threads that take the processor from those of ONNX
 * Runtime. To look at what is young is done in a tenth of the time, and finds all of these arrays.
 */
const ENOUGH = 6 * 2 ** 20;

let bytes = 0;
let collect: Promise<() => void> | undefined;

/**
 * Counts arrays that a run gave and that nobody keeps, or that stand for memory of others, and has them collected now and
 * then: a tenth of a small network's training step went into full collections. For Node.
 */
export async function collectYoung(given: number): Promise<void> {
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
    return () => gc({ type: "minor" });
  } catch {
    // Where there is no V8, or none that shows it, collections stay as they are.
    return () => {};
  }
}
