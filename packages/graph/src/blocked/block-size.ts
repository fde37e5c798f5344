import { at } from "../core/shape.ts";
import type { Device } from "../devices/device.ts";
import { GraphError } from "../error.ts";
import { dataType, OnnxBuilder } from "../onnx/builder.ts";
import { computesCorrectly } from "./check.ts";
import { BLOCK_SIZES } from "./kernels.ts";
import { toBlocked } from "./layout.ts";

/** Channels per block of a device's blocked layout, or the reason why the device does not support the layout. */
export type BlockSize =
  | { readonly block: number; readonly lack: null }
  | { readonly block: null; readonly lack: string };

/** Environment variable for tests: the block size that the processor must have, or 0 to turn the blocked layout off. */
const OVERRIDE = "DOWNHILL_BLOCK_SIZE";

const known = new WeakMap<Device, Promise<BlockSize>>();

/**
 * Returns the block size of a device, which depends on the processor and on the build of ONNX Runtime. The first call
 * runs some small models, in a few milliseconds.
 * @throws GraphError if DOWNHILL_BLOCK_SIZE requires another block size
 */
export async function blockSizeOf(device: Device): Promise<BlockSize> {
  if (device.name !== "cpu") return lacks(`the device '${device.name}' does not support it`);
  const required = process.env[OVERRIDE] || undefined;
  if (required === "0") return lacks(`${OVERRIDE} = 0 turns it off`);
  const found = known.get(device) ?? findBlockSize(device);
  known.set(device, found);
  const { block, lack } = await found;
  if (required !== undefined && required !== String(block)) {
    const reason = lack ?? `this processor has blocks of ${block} channels`;
    throw new GraphError(`compile: ${OVERRIDE} = '${required}', but ${reason}. Unset it, or set it to 0.`);
  }
  return found;
}

const lacks = (lack: string): BlockSize => ({ block: null, lack });

async function findBlockSize(device: Device): Promise<BlockSize> {
  let block: number;
  try {
    block = await askBlockSize(device);
  } catch (error) {
    const isUnknownOp = /not a registered|not find an implementation/i.test((error as Error).message);
    return lacks(isUnknownOp ? "it is not in this build of ONNX Runtime" : "it fails on this processor");
  }
  if (!BLOCK_SIZES.includes(block)) return lacks("ONNX Runtime has no kernels of it for this processor");
  return (await computesCorrectly(device, block))
    ? { block, lack: null }
    : lacks("it gives wrong results on this processor");
}

/** Channels that ONNX Runtime can reorder, and that fill no block. */
const FEW = 4;

/** Asks ONNX Runtime for its block size: the channels of a small tensor whose only block is padded. */
async function askBlockSize(device: Device): Promise<number> {
  const onnx = new OnnxBuilder();
  const x = { name: "x", shape: [1, FEW, 1, 1], dtype: "float32" } as const;
  const stored = onnx.node("Shape", [toBlocked(onnx, onnx.input(x.name, x.shape, x.dtype))]);
  const output = { name: "stored", shape: [x.shape.length], dtype: "float32" } as const;
  const value = onnx.node("Cast", [stored], { to: dataType(output.dtype) });
  const bytes = onnx.encode([{ ...output, value }]);
  const session = await device.compile(bytes, { inputs: [x], outputs: [output], threads: 1, optimize: false });
  try {
    const results = await session.run({ x: new Float32Array(FEW) }, {});
    return at(Object.values(results)[0] as Float32Array, 1);
  } finally {
    await session.dispose();
  }
}
