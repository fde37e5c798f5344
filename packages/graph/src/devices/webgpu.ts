import { lower } from "../compile/lower.ts";
import { input } from "../core/input.ts";
import { GraphError } from "../error.ts";
import { square } from "../ops/square.ts";
import type { Device } from "./device.ts";
import { gpuTransfer, type Transfer } from "./gpu-transfer.ts";
import { isNode } from "./import-in-node.ts";
import { createQueue } from "./in-turn.ts";
import { loadInNode } from "./load-in-node.ts";
import { openSession, type Runtime } from "./session.ts";

/** Two sessions at once, or two runs, hang in the build for the web. */
const inTurn = createQueue();

const SESSION = {
  executionProviders: ["webgpu"],
  extra: { session: { disable_cpu_ep_fallback: "1" } },
  // Errors are thrown, and need not be written to the console too.
  logSeverityLevel: 4,
} as const;

/**
 * ONNX Runtime's WebGPU provider: in Node that of its native build, in pages that of its build for the web. What a GPU
 * cannot run would go to the CPU without a word, with copies to and fro; that is an error here.
 */
export const webgpu: Device = {
  name: "webgpu",
  unavailable() {
    reason ??= isNode ? whyNotInNode() : whyNotInPage();
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
 * Adapters cannot be asked for in Node; a small program is tried. It stays: with the last program the compiled shaders
 * would go, and the next one would wait for them again.
 */
async function whyNotInNode(): Promise<string | null> {
  const { bytes, ...values } = lower({ y: square(input("x", [1])) });
  try {
    await webgpu.compile(bytes, { ...values, threads: 1, optimize: false });
    return null;
  } catch (error) {
    const { message } = error as Error;
    if (!message.includes("WebGPU adapter")) return message;
    return "no adapter was found: the machine has no GPU, or no driver for it (on Linux: Vulkan, with libvulkan.so.1)";
  }
}

async function whyNotInPage(): Promise<string | null> {
  // Missing in older browsers, and in pages that come neither by HTTPS nor from localhost.
  const gpu = (globalThis.navigator as Partial<WorkerNavigator> | undefined)?.gpu;
  if (!gpu) return "the browser has no navigator.gpu, or the page comes neither by HTTPS nor from localhost";
  return (await gpu.requestAdapter()) ? null : "navigator.gpu.requestAdapter() found no adapter";
}

function explain(error: Error): never {
  if (!error.message.includes("fallback to CPU EP has been explicitly disabled")) throw error;
  throw new GraphError("compile: the device 'webgpu' cannot run all of this graph: take another device", {
    cause: error,
  });
}
