import { create } from "webgpu";
import type { WgslProgram } from "../src/index.ts";

/** Dawn's objects live as long as somebody holds the GPU that they came from. */
const held: GPU[] = [];

async function deviceOf(options: string[]): Promise<GPUDevice | null> {
  const gpu = create(options);
  held.push(gpu);
  const adapter = await gpu.requestAdapter();
  return adapter ? adapter.requestDevice() : null;
}

/** A device that runs nothing and checks everything, on every machine. */
export const nullDevice = (): Promise<GPUDevice> => deviceOf(["backend=null"]) as Promise<GPUDevice>;

/** A GPU, or the software device that vitest.config.ts looks for; null without either. */
export const realDevice = (): Promise<GPUDevice | null> => deviceOf([]);

/** What a device has against a module and its pipelines: nothing where all is valid. */
export async function problemsOf(device: GPUDevice, { code, passes }: WgslProgram): Promise<string[]> {
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ code });
  for (const entryPoint of new Set(passes.map((pass) => pass.entryPoint))) {
    device.createComputePipeline({ layout: "auto", compute: { module, entryPoint } });
  }
  const { messages } = await module.getCompilationInfo();
  const error = await device.popErrorScope();
  return [...messages.map(({ lineNum, message }) => `line ${lineNum}: ${message}`), ...(error ? [error.message] : [])];
}
