import { lower } from "../compile/lower.ts";
import { input } from "../core/input.ts";
import { GraphError } from "../error.ts";
import { square } from "../ops/square.ts";
import type { Device } from "./device.ts";
import { gpuTransfer, type Transfer } from "./gpu-transfer.ts";
import { isNode } from "./import-in-node.ts";
import { createQueue } from "./in-turn.ts";
import { loadInNode } from "./load-in-node.ts";
import type { Runtime } from "./runtime.ts";
import { openSession } from "./session.ts";

/** Queue of sessions and runs: the web build hangs if two of them overlap. */
const inTurn = createQueue();

const SESSION = {
  executionProviders: ["webgpu"],
  extra: { session: { disable_cpu_ep_fallback: "1" } },
  // Errors are thrown; this keeps them off the console.
  logSeverityLevel: 4,
} as const;

/**
 * ONNX Runtime's WebGPU execution provider: from the native build in Node, and from the web build in web pages. By
 * default, ONNX Runtime silently runs unsupported ops on the CPU, with copies in both directions; here that is an error.
 */
export const webgpu: Device = {
  name: "webgpu",
  unavailable() {
    reason ??= isNode ? whyNotInNode() : whyNotInBrowser();
    return reason;
  },
  async compile(model, options) {
    const open = async () => openSession(await load(), model, options, { ...SESSION, writesInto: isNode });
    const session = await inTurn(open).catch(explain);
    return {
      run: (feeds, into) => inTurn(() => session.run(feeds, into)),
      dispose: () => inTurn(() => session.dispose()),
    };
  },
  async upload(values, info) {
    transfer ??= load().then((runtime) => gpuTransfer(runtime, SESSION, inTurn));
    return (await transfer).upload(values, info);
  },
};

let transfer: Promise<Transfer> | undefined;

let reason: Promise<string | null> | undefined;

const load = (): Promise<Runtime> => (isNode ? loadInNode() : import("onnxruntime-web/webgpu"));

/**
 * Compiles a small program, since Node has no API to query adapters. The program stays open: ONNX Runtime drops the
 * compiled shaders with its last program, and the next program would compile them again.
 */
async function whyNotInNode(): Promise<string | null> {
  const { bytes, ...values } = lower({ y: square(input("x", [1])) });
  try {
    await webgpu.compile(bytes, { ...values, threads: 1, optimize: false });
    return null;
  } catch (error) {
    const { message } = error as Error;
    if (!message.includes("WebGPU adapter")) return message;
    return "no adapter found: the machine has no GPU, or no driver for it (on Linux: Vulkan, with libvulkan.so.1)";
  }
}

async function whyNotInBrowser(): Promise<string | null> {
  // Missing in older browsers, and in pages served neither by HTTPS nor from localhost.
  const gpu = (globalThis.navigator as Partial<WorkerNavigator> | undefined)?.gpu;
  if (!gpu) return "the browser has no navigator.gpu, or the page is served neither by HTTPS nor from localhost";
  return (await gpu.requestAdapter()) ? null : "navigator.gpu.requestAdapter() found no adapter";
}

function explain(error: Error): never {
  if (!error.message.includes("fallback to CPU EP has been explicitly disabled")) throw error;
  throw new GraphError("compile: the device 'webgpu' does not support all ops of this graph. Use another device.", {
    cause: error,
  });
}
