import { statfs } from "node:fs/promises";
import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { inUnits } from "@downhill/images/text";
import { versions } from "@downhill/train";
import { plural } from "../output/format.ts";
import { cuda, examineDevices } from "./devices.ts";
import type { Finding } from "./finding.ts";
import { examineFolders } from "./folders.ts";

/** Checks everything that training depends on. */
export async function examine(): Promise<Finding[]> {
  const { downhill, node, onnxruntime, platform } = versions();
  return [
    { name: "downhill", state: "good", text: `${downhill}, on ${platform}` },
    { name: "node", state: "good", text: node },
    processor(),
    memory(),
    simd(),
    { name: "onnxruntime", state: "good", text: onnxruntime },
    ...(await examineDevices()),
    cuda(),
    ...examineFolders(),
    await disk(),
  ];
}

function processor(): Finding {
  const model = cpus()[0]?.model.trim() ?? "unknown";
  const threads = availableParallelism();
  return {
    name: "processor",
    state: "good",
    text: `${model}, ${plural(threads, "core")} (default --threads ${threads})`,
  };
}

/** Memory in bytes that a training of lenet takes; larger models and batches take more. */
const LEAST_MEMORY = 500e6;

function memory(): Finding {
  const free = freemem();
  const state = free < LEAST_MEMORY ? "bad" : "good";
  const advice = state === "bad" ? ". Expected at least 500 MB free. Close other programs." : "";
  return { name: "memory", state, text: `${inUnits(free)} free of ${inUnits(totalmem())}${advice}` };
}

/** WebAssembly module whose only function returns a vector: valid if WebAssembly has SIMD. */
const SIMD_MODULE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
);

/** Global of Node that is missing in its types. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: { validate(bytes: Uint8Array): boolean };
};

function simd(): Finding {
  return WebAssembly.validate(SIMD_MODULE)
    ? { name: "WebAssembly SIMD", state: "good", text: "available: optimizers run at the speed of memory" }
    : { name: "WebAssembly SIMD", state: "bad", text: "missing. Use a processor and a version of Node that have it." };
}

/** Disk space in bytes for a few runs with their checkpoints. */
const LEAST_DISK = 1e9;

async function disk(): Promise<Finding> {
  const { bavail, bsize } = await statfs(".");
  const free = bavail * bsize;
  const state = free < LEAST_DISK ? "bad" : "good";
  const advice = state === "bad" ? ". Expected at least 1 GB for checkpoints. Free some space." : "";
  return { name: "disk", state, text: `${inUnits(free)} free in ${process.cwd()}${advice}` };
}
