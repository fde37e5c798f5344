import { GraphError } from "../error.ts";
import type { Device } from "./device.ts";
import { importInNode, isNode } from "./import-in-node.ts";
import { importIfInstalled } from "./load-in-node.ts";
import { inMemory, openSession, type Runtime } from "./session.ts";

/**
 * ONNX Runtime's WebAssembly build, in pages, workers and Node. Its threads are started once, with the first program:
 * later ones share them, and cannot have more. Pages have threads if they are cross-origin isolated, and if their bundler
 * splits code: the workers load the chunk that ONNX Runtime is in.
 */
export const wasm: Device = {
  name: "wasm",
  async unavailable() {
    if (typeof WebAssembly === "undefined") return "there is no WebAssembly here";
    return isNode ? whyNotInNode() : null;
  },
  async compile(model, options) {
    checkThreads(options.threads);
    started ??= start(options.threads);
    return openSession(await started, model, options, { executionProviders: ["wasm"], writesInto: false });
  },
  async upload(values, info) {
    started ??= start(1);
    return inMemory(await started, "wasm", values, info);
  },
};

/** Milliseconds, the download included. */
const WORKERS_TIMEOUT = 60_000;

let started: Promise<Runtime> | undefined;
let startedThreads: number | undefined;

/** The package is an optional peer dependency: in Node few need it, and it has 139 MB. */
const whyNotInNode = async (): Promise<string | null> =>
  (await importIfInstalled("onnxruntime-web"))
    ? null
    : "the optional package onnxruntime-web is not installed. Run npm install onnxruntime-web@1.30.0";

function checkThreads(threads: number): void {
  if (threads > 1 && !isNode && !globalThis.crossOriginIsolated) {
    throw new GraphError(
      `compile: threads = ${threads}: the device 'wasm' has threads in cross-origin isolated pages: expected 1, or the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp`,
    );
  }
  if (threads > (startedThreads ?? threads)) {
    throw new GraphError(
      `compile: threads = ${threads}: the device 'wasm' was started with ${startedThreads}: expected at most as many; compile the program with the most threads first`,
    );
  }
}

async function start(threads: number): Promise<Runtime> {
  startedThreads = threads;
  const runtime: Runtime = isNode
    ? await importInNode<Runtime>("onnxruntime-web")
    : await import("onnxruntime-web/wasm");
  runtime.env.wasm.numThreads = threads;
  // Workers that never start would be waited for without end. Node would not end before this time is over.
  if (threads > 1 && !isNode) runtime.env.wasm.initTimeout = WORKERS_TIMEOUT;
  return runtime;
}
