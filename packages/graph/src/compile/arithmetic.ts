import { gradients } from "../core/gradients.ts";
import { input } from "../core/input.ts";
import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import type { DeviceName } from "../devices/device-name.ts";
import * as ops from "../ops/index.ts";
import { type CompileOptions, compile, type Lowering } from "./compile.ts";

/** Rounding behavior of a device. Devices with equal arithmetic compute equal bits. */
export interface Arithmetic {
  readonly device: DeviceName;
  readonly lowering: Lowering;
  /** Channels per block of the blocked layout; null for the portable lowering. */
  readonly block: number | null;
  /** Hash of the results of a small training step; null for GPUs, whose drivers may round differently in each run. */
  readonly fingerprint: string | null;
}

/**
 * Determines the rounding behavior of a device by running a small training step on it.
 * @param options device, lowering and threads, as for `compile`
 * @throws GraphError if the device is unavailable or does not support the lowering
 */
export async function probeArithmetic(
  options: Pick<CompileOptions, "device" | "lowering" | "threads">,
): Promise<Arithmetic> {
  const outputs = smallStep();
  const program = await compile(outputs, { ...options, tune: false });
  try {
    const { device, lowering, block, inputs } = program;
    const feeds = Object.fromEntries(inputs.map(({ name, shape }, i) => [name, noise(sizeOf(shape), i)]));
    const results = device === "webgpu" ? null : Object.values(await program.run(feeds));
    return {
      device,
      lowering,
      block,
      fingerprint: results && (await hashOf(results)),
    };
  } finally {
    await program.dispose();
  }
}

/** Builds the loss and the gradients of a small network with a convolution and a dense layer. */
function smallStep(): Record<string, Tensor> {
  const x = input("x", [8, 16, 12, 12]);
  const filters = input("filters", [32, 16, 3, 3]);
  const weight = input("weight", [10, 32 * 6 * 6]);
  const bias = input("bias", [10]);
  const features = ops.maxPool2d(ops.gelu(ops.conv2d(x, filters, undefined, { padding: 1 })), { kernel: 2 });
  const logits = ops.dense(ops.flatten(features), weight, bias);
  const loss = ops.mean(ops.square(ops.logSoftmax(logits)));
  const [dx, dfilters, dweight] = gradients(loss, [x, filters, weight]) as [Tensor, Tensor, Tensor];
  return { loss, dx, dfilters, dweight };
}

/** Makes numbers from -0.5 to 0.5, equal on every computer. */
const noise = (length: number, seed: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => (Math.imul(i + 1, 0x9e3779b1 + 2 * seed) >>> 0) / 2 ** 32 - 0.5);

async function hashOf(arrays: readonly Float32Array[]): Promise<string> {
  const bytes = await new Blob(arrays as Float32Array<ArrayBuffer>[]).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
