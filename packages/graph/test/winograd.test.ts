import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { expect, test } from "vitest";
import { sizeOf } from "../src/core/shape.ts";
import { compile, gradients, input, lower, ops, type Tensor } from "../src/index.ts";

/** Builds a convolution with 3x3 kernels and its gradients. */
function convolution(images: number, channels: number, filters: number, size: number, stride = 1) {
  const [x, weight] = [input("x", [images, channels, size, size]), input("weight", [filters, channels, 3, 3])];
  const y = ops.conv2d(x, weight, undefined, { padding: 1, stride });
  const dy = input("dy", y.shape);
  const [dx, dweight] = gradients(ops.sum(ops.mul(y, dy)), [x, weight]) as [Tensor, Tensor];
  return { y, dx, dweight };
}

/** Default variants as a text, such as "winograd, winograd, interleaved", for the convolution and its two gradients. */
function defaults(of: ReturnType<typeof convolution>, isForWebgpu = false): string {
  const chosen = new Map<string, string>();
  const choose = ({ id, defaultVariant }: { readonly id: string; readonly defaultVariant: string }): string => {
    chosen.set(id.slice(0, id.indexOf(":")), defaultVariant);
    return defaultVariant;
  };
  lower({ ...of }, { choose, isForWebgpu });
  return ["convolution", "input gradient", "weight gradient"].map((name) => chosen.get(name) ?? "unmeasured").join();
}

test.each([
  ["many channels", convolution(64, 64, 64, 16), "winograd,winograd,winograd"],
  ["small images", convolution(64, 128, 128, 8), "winograd,winograd,winograd"],
  [
    "few channels of large images: the gradient by the weight is direct",
    convolution(64, 32, 32, 32),
    "winograd,winograd,interleaved",
  ],
  ["three channels", convolution(64, 3, 32, 32), "direct,transposed,interleaved"],
  ["one image", convolution(1, 256, 256, 8), "direct,flipped,interleaved"],
  ["too few products to matter", convolution(1, 16, 16, 8), "unmeasured,unmeasured,unmeasured"],
  ["a stride", convolution(64, 64, 64, 16, 2), "unmeasured,unmeasured,interleaved"],
])("default variants of %s", (_, of, expected) => expect(defaults(of)).toBe(expected));

test("WebGPU and exported files get ordinary convolutions", () => {
  const of = convolution(64, 64, 64, 16);
  const { bytes } = lower({ y: of.y }, { isForWebgpu: true });
  expect(fromBinary(ModelProtoSchema, bytes).graph?.node.map(({ opType }) => opType)).toEqual(["Conv"]);
  expect(defaults(of, true)).toBe("unmeasured,flipped,interleaved");
});

test("rounding errors stay below 2e-6 of the largest result", async () => {
  const of = convolution(16, 48, 48, 12);
  const feeds = Object.fromEntries(
    [["x", [16, 48, 12, 12]] as const, ["weight", [48, 48, 3, 3]] as const, ["dy", [16, 48, 12, 12]] as const].map(
      ([name, shape], seed) => [
        name,
        Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * i * 0.37 + seed)),
      ],
    ),
  );
  expect(defaults(of)).toBe("winograd,winograd,winograd");
  const run = async (tensors: Record<string, Tensor>, kind: "winograd" | "direct") => {
    const program = await compile(tensors, {
      lowering: "portable",
      tune: false,
      variants: { variants: recordOf(tensors, kind), add: () => {}, missing: () => {} },
    });
    const values = await program.run(feeds);
    await program.dispose();
    return values as Record<string, Float32Array>;
  };
  const [tiled, direct] = [await run(of, "winograd"), await run(of, "direct")];
  for (const name of Object.keys(of)) {
    const [a, b] = [tiled[name] as Float32Array, direct[name] as Float32Array];
    const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const error = a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0) / largest;
    expect(error, name).toBeLessThan(2e-6);
    expect(error, `${name} is computed differently`).toBeGreaterThan(0);
  }
});

test("shapes that a model computes from its input do not depend on the values", async () => {
  const { y } = convolution(16, 16, 16, 8);
  const variants = { variants: recordOf({ y }, "winograd"), add: () => {}, missing: () => {} };
  const program = await compile({ y }, { lowering: "portable", tune: false, variants });
  const x = new Float32Array(16 * 16 * 64).fill(1).fill(Number.NaN, 0, 1);
  const result = await program.run({ x, weight: new Float32Array(16 * 16 * 9).fill(1) });
  expect(result.y.at(-1)).toBeCloseTo(4 * 16, 3);
  await program.dispose();
});

test("large convolutions in several parts agree with direct ones", async () => {
  const [images, channels, filters, size] = [64, 4, 64, 32] as const;
  const tensors = convolution(images, channels, filters, size);
  const shapes = { x: [images, channels, size, size], weight: [filters, channels, 3, 3], dy: tensors.y.shape };
  const feeds = Object.fromEntries(
    Object.entries(shapes).map(([name, shape], seed) => [
      name,
      Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * i * 0.37 + seed)),
    ]),
  );
  const all = { y: tensors.y, dx: tensors.dx, dweight: tensors.dweight };
  const variants = recordOf(all, "winograd");
  const { bytes } = lower(all, { choose: ({ id, defaultVariant }) => variants[id] ?? defaultVariant });
  const { node = [] } = fromBinary(ModelProtoSchema, bytes).graph ?? {};
  expect(node.filter(({ opType }) => opType === "Concat").map(({ input }) => input.length)).toEqual([2, 2, 2]);
  const results = await Promise.all(
    [variants, recordOf(all, "direct")].map(async (record) => {
      const none = { add: () => {}, missing: () => {} };
      const program = await compile(all, {
        lowering: "portable",
        tune: false,
        variants: { variants: record, ...none },
      });
      const values: Record<string, Float32Array> = await program.run(feeds);
      await program.dispose();
      return values;
    }),
  );
  const [tiled, direct] = results as [Record<string, Float32Array>, Record<string, Float32Array>];
  for (const name of Object.keys(all)) {
    const [a, b] = [tiled[name] as Float32Array, direct[name] as Float32Array];
    const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const error = a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
    expect(error / largest, name).toBeLessThan(5e-6);
  }
});

/** Returns a record that makes all computations use tiles, or none. */
function recordOf(tensors: Record<string, Tensor>, kind: "winograd" | "direct"): Record<string, string> {
  const record: Record<string, string> = {};
  lower(tensors, {
    choose: ({ id, variants, defaultVariant }) => {
      const chosen = variants.find((name) => (name === "winograd") === (kind === "winograd")) ?? defaultVariant;
      record[id] = chosen;
      return chosen;
    },
  });
  return record;
}
