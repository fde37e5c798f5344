import { create } from "webgpu";
import type { WgslProgram } from "../src/index.ts";

/** Keeps alive the GPU of Dawn's objects, which live only as long as it does. */
const held: GPU[] = [];

async function deviceOf(options: string[]): Promise<GPUDevice | null> {
  const gpu = create(options);
  held.push(gpu);
  const adapter = await gpu.requestAdapter();
  return adapter ? adapter.requestDevice() : null;
}

/** Returns a device that runs nothing and validates everything, on every machine. */
export const nullDevice = (): Promise<GPUDevice> => deviceOf(["backend=null"]) as Promise<GPUDevice>;

/** Returns a GPU, or the software device of vitest.config.ts; null without either. */
export const realDevice = (): Promise<GPUDevice | null> => deviceOf([]);

/** Returns the errors of a device for a module and its pipelines; null if all is valid. */
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
