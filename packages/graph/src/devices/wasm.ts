import { GraphError } from "../error.ts";
import type { Device } from "./device.ts";
import { importInNode, isNode } from "./import-in-node.ts";
import { importIfInstalled } from "./load-in-node.ts";
import type { Runtime } from "./runtime.ts";
import { inMemory, openSession } from "./session.ts";

/**
 * ONNX Runtime's WebAssembly build, in web pages, workers and Node. The first program starts the threads. Later programs
 * share them and cannot have more. In a web page, threads require cross-origin isolation and a bundler that splits code,
 * since the workers load the chunk that contains ONNX Runtime.
 */
export const wasm: Device = {
  name: "wasm",
  async unavailable() {
    if (typeof WebAssembly === "undefined") return "this runtime has no WebAssembly";
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

/** Milliseconds for the workers to start, including the download. */
const WORKERS_TIMEOUT = 60_000;

let started: Promise<Runtime> | undefined;
let startedThreads: number | undefined;

/** Checks for onnxruntime-web, an optional peer dependency: it has 139 MB, and few programs in Node need it. */
const whyNotInNode = async (): Promise<string | null> =>
  (await importIfInstalled("onnxruntime-web"))
    ? null
    : "the optional package onnxruntime-web is not installed. Run npm install onnxruntime-web@1.30.0";

function checkThreads(threads: number): void {
  if (threads > 1 && !isNode && !globalThis.crossOriginIsolated) {
    throw new GraphError(
      `compile: threads = ${threads}: in a web page, threads of the device 'wasm' require cross-origin isolation. Use 1 thread, or serve the page with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.`,
    );
  }
  if (threads > (startedThreads ?? threads)) {
    throw new GraphError(
      `compile: threads = ${threads}: the device 'wasm' runs with at most ${startedThreads} since its first program. Compile the program with the most threads first.`,
    );
  }
}

async function start(threads: number): Promise<Runtime> {
  startedThreads = threads;
  const runtime: Runtime = isNode
    ? await importInNode<Runtime>("onnxruntime-web")
    : await import("onnxruntime-web/wasm");
  runtime.env.wasm.numThreads = threads;
  // Without a timeout, ONNX Runtime waits forever for workers that fail to start. In Node the timer would delay the exit.
  if (threads > 1 && !isNode) runtime.env.wasm.initTimeout = WORKERS_TIMEOUT;
  return runtime;
}
