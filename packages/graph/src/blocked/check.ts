import { lower } from "../compile/lower.ts";
import { gradients } from "../core/gradients.ts";
import { input } from "../core/input.ts";
import { at, type Shape, sizeOf } from "../core/shape.ts";
import type { Device } from "../devices/device.ts";
import { conv2d } from "../ops/conv2d.ts";
import { square } from "../ops/square.ts";
import { sum } from "../ops/sum.ts";

/** Maximum rounding difference, relative to the largest value. A wrong block size would exceed it by far. */
const TOLERANCE = 1e-4;

/**
 * Returns true if a device computes convolutions in blocks correctly: runs a small convolution and its gradients in both
 * lowerings and compares the results. ONNX Runtime does not document its ops of the blocked layout.
 */
export async function computesCorrectly(device: Device, block: number): Promise<boolean> {
  const [x, weight] = [input("x", [2, block, 8, 8]), input("weight", [2 * block, block, 3, 3])];
  const y = conv2d(x, weight, undefined, { padding: 1 });
  const [dx, dweight] = gradients(sum(square(y)), [x, weight]) as [typeof x, typeof weight];
  const run = async (lowering: { readonly block?: number }): Promise<Float32Array[]> => {
    const { bytes, ...values } = lower({ y, dx, dweight }, lowering);
    const session = await device.compile(bytes, { ...values, threads: 1, optimize: false });
    const results = await session.run({ x: wave(x.shape), weight: wave(weight.shape) }, {});
    await session.dispose();
    return Object.values(results) as Float32Array[];
  };
  try {
    const [plain, blocked] = [await run({}), await run({ block })];
    return plain.every((values, i) => isClose(values, at(blocked, i)));
  } catch {
    return false;
  }
}

const wave = (shape: Shape): Float32Array => Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i + 1));

function isClose(a: Float32Array, b: Float32Array): boolean {
  const largest = a.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return a.every((value, i) => Math.abs(value - at(b, i)) <= TOLERANCE * largest);
}
