import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { expect, test } from "vitest";
import { lower } from "../src/compile/lower.ts";
import { sizeOf } from "../src/core/shape.ts";
import { cpu } from "../src/devices/cpu.ts";
import { createNetwork, defineModel, exportOnnx, gradients, input, layers, ops, type Tensor } from "../src/index.ts";
import { expectClose } from "./golden.ts";

/** A convolution and its gradients. */
function graphOf(images: number, channels: number, filters: number, kernel = 3, groups = 1): Record<string, Tensor> {
  const x = input("x", [images, channels, 5, 6]);
  const w = input("w", [filters, channels / groups, kernel, kernel]);
  const y = ops.conv2d(x, w, input("b", [filters]), { groups });
  const [dx, dw] = gradients(ops.sum(ops.square(y)), [x, w]) as [Tensor, Tensor];
  return { y, dx, dw };
}

const countNodes = (bytes: Uint8Array): number =>
  fromBinary(ModelProtoSchema, bytes).graph?.node.filter(({ opType }) => opType === "Pad" || opType === "Conv")
    .length ?? 0;

test.each([
  ["6 channels of 16 filters", graphOf(2, 6, 16), true],
  ["9 channels", graphOf(2, 9, 4), true],
  ["3 channels", graphOf(2, 3, 4), false],
  ["12 channels", graphOf(2, 12, 4), false],
  ["6 channels of 5 filters", graphOf(2, 6, 5), false],
  ["6 channels and a kernel of 1 x 1", graphOf(2, 6, 4, 1), true],
  ["groups of 6 filters", graphOf(2, 12, 12, 3, 2), true],
  ["groups of 4 and 3 filters", graphOf(2, 6, 8, 3, 2), false],
])(
  "%s: a convolution that WebGPU computes wrongly has another form, with the same results",
  async (_, outputs, isChanged) => {
    const [plain, changed] = [lower(outputs), lower(outputs, { isForWebgpu: true })];
    expect(countNodes(changed.bytes) > countNodes(plain.bytes)).toBe(isChanged);
    const feeds = plain.inputs.map(({ name, shape }) => [
      name,
      Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(12.9898 * (i + 1))),
    ]);
    const results = [];
    for (const model of [plain, changed]) {
      const session = await cpu.compile(model.bytes, { ...model, threads: 1, optimize: true });
      results.push(await session.run(Object.fromEntries(feeds), {}));
      await session.dispose();
    }
    for (const name of Object.keys(outputs)) {
      expectClose(name, results[1]?.[name] as Float32Array, results[0]?.[name] as Float32Array, 1e-5);
    }
  },
);

test("an exported file has the form that is right on WebGPU", async () => {
  const model = defineModel("lenet5", [1, 12, 12], 3, (scope, x) => {
    const first = ops.relu(layers.conv2d(scope, "conv1", x, 6, { kernel: 3 }));
    return layers.dense(
      scope,
      "head",
      ops.globalAveragePool(layers.conv2d(scope, "conv2", first, 16, { kernel: 5 })),
      3,
    );
  });
  // Two convolutions, and the padding of images and filters of the second.
  expect(countNodes(await exportOnnx(createNetwork(model, { seed: 1 })))).toBe(4);
});
