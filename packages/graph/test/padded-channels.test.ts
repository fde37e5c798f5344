import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { expect, test } from "vitest";
import { lower } from "../src/compile/lower.ts";
import { sizeOf } from "../src/core/shape.ts";
import { cpu } from "../src/devices/cpu.ts";
import { gradients, input, ops, type Tensor } from "../src/index.ts";
import { expectClose } from "./golden.ts";

/** A convolution and its gradients; `channels` and `images` are padded to multiples of 4 for WebGPU, if three divides them. */
function graphOf(images: number, channels: number, filters: number, kernel = 3): Record<string, Tensor> {
  const x = input("x", [images, channels, 5, 6]);
  const w = input("w", [filters, channels, kernel, kernel]);
  const y = ops.conv2d(x, w, input("b", [filters]));
  const [dx, dw] = gradients(ops.sum(ops.square(y)), [x, w]) as [Tensor, Tensor];
  return { y, dx, dw };
}

const countPads = (bytes: Uint8Array): number =>
  fromBinary(ModelProtoSchema, bytes).graph?.node.filter(({ opType }) => opType === "Pad").length ?? 0;

test.each([
  ["6 channels of 16 filters", graphOf(2, 6, 16), true],
  ["9 channels", graphOf(2, 9, 4), true],
  ["3 channels", graphOf(2, 3, 4), false],
  ["12 channels", graphOf(2, 12, 4), false],
  ["6 channels of 5 filters", graphOf(2, 6, 5), false],
  ["a kernel of 1 x 1", graphOf(2, 6, 4, 1), false],
])(
  "%s: channels that WebGPU computes wrongly are padded, and the results stay the same",
  async (_, outputs, isPadded) => {
    const [plain, padded] = [lower(outputs), lower(outputs, { padsChannels: true })];
    expect(countPads(padded.bytes) > countPads(plain.bytes)).toBe(isPadded);
    const feeds = plain.inputs.map(({ name, shape }) => [
      name,
      Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(12.9898 * (i + 1))),
    ]);
    const results = [];
    for (const model of [plain, padded]) {
      const session = await cpu.compile(model.bytes, { ...model, threads: 1, optimize: true });
      results.push(await session.run(Object.fromEntries(feeds), {}));
      await session.dispose();
    }
    for (const name of Object.keys(outputs)) {
      expectClose(name, results[1]?.[name] as Float32Array, results[0]?.[name] as Float32Array, 1e-5);
    }
  },
);
