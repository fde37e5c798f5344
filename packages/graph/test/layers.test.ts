import { adam } from "@downhill/optim";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../src/core/shape.ts";
import {
  compile,
  compileTrainingStep,
  constant,
  createNetwork,
  defineModel,
  exportOnnx,
  gradients,
  input,
  layers,
  openOnnx,
  ops,
  Scope,
  type Tensor,
} from "../src/index.ts";
import { block } from "./block.ts";
import { expectClose } from "./golden.ts";

type Build = (scope: Scope, tokens: Tensor) => Tensor;

const images = (x: Tensor): Tensor => ops.reshape(x, [2, 4, 2, 4]);

/** Layers of tokens [2, 4, 8], or of these as images [2, 4, 2, 4]; their parameters, and the largest initial number of each. */
const ROWS: Readonly<
  Record<string, readonly [build: Build, parameters: Readonly<Record<string, [number[], number]>>]>
> = {
  convTranspose2d: [
    (scope, x) => layers.convTranspose2d(scope, "up", images(x), 6, { kernel: 3, groups: 2 }),
    { "up.weight": [[4, 3, 3, 3], 1 / Math.sqrt(27)], "up.bias": [[6], 1 / Math.sqrt(27)] },
  ],
  embedding: [
    (scope, x) => layers.embedding(scope, "table", ops.argmax(x), { count: 50, width: 3 }),
    { "table.weight": [[50, 3], 5] },
  ],
  groupNorm: [
    (scope, x) => layers.groupNorm(scope, "norm", images(x), { groups: 2 }),
    { "norm.weight": [[4], 1], "norm.bias": [[4], 0] },
  ],
  "groupNorm without parameters": [
    (scope, x) => layers.groupNorm(scope, "norm", images(x), { groups: 2, affine: false }),
    {},
  ],
  instanceNorm: [(scope, x) => layers.instanceNorm(scope, "norm", images(x)), {}],
  rmsNorm: [(scope, x) => layers.rmsNorm(scope, "norm", x), { "norm.weight": [[8], 1] }],
  multiHeadAttention: [
    (scope, x) => layers.multiHeadAttention(scope, "attn", x, { heads: 2 }),
    {
      "attn.in_proj_weight": [[24, 8], Math.sqrt(6 / 32)],
      "attn.in_proj_bias": [[24], 0],
      "attn.out_proj.weight": [[8, 8], 1 / Math.sqrt(8)],
      "attn.out_proj.bias": [[8], 0],
    },
  ],
  "multiHeadAttention to other tokens": [
    (scope, x) => {
      const key = ops.reshape(x, [2, 8, 4]);
      return layers.multiHeadAttention(scope, "attn", x, { heads: 2, key, bias: false });
    },
    {
      "attn.q_proj_weight": [[8, 8], Math.sqrt(6 / 16)],
      "attn.k_proj_weight": [[8, 4], Math.sqrt(6 / 12)],
      "attn.v_proj_weight": [[8, 4], Math.sqrt(6 / 12)],
      "attn.out_proj.weight": [[8, 8], 1 / Math.sqrt(8)],
    },
  ],
  "classToken and positionEmbedding": [
    (scope, x) => layers.positionEmbedding(scope, "pos_embed", layers.classToken(scope, "cls_token", x)),
    { cls_token: [[1, 1, 8], 0.04], pos_embed: [[1, 5, 8], 0.04] },
  ],
};

test.each(Object.entries(ROWS))("%s: names, shapes and initial values of its parameters are PyTorch's", (_, row) => {
  const [build, expected] = row;
  const scope = new Scope(true);
  const y = build(scope, input("x", [2, 4, 8]));
  const found = [...scope.parameters.values()];
  expect(Object.fromEntries(found.map(({ name, shape }) => [name, shape]))).toEqual(
    Object.fromEntries(Object.entries(expected).map(([name, [shape]]) => [name, shape])),
  );
  for (const { name, shape, initializer } of found) {
    const largest = expected[name]?.[1] as number;
    const values = initializer(shape, 1, name).map(Math.abs);
    const most = Math.max(...values);
    expect(most, name).toBeLessThanOrEqual(Math.fround(largest));
    expect(most, name).toBeGreaterThanOrEqual(0.4 * largest);
  }
  expect(scope.layers.reduce((sum, { parameters }) => sum + parameters, 0)).toBeLessThanOrEqual(
    found.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
  );
  expect(
    gradients(
      ops.sum(y),
      found.map(({ tensor }) => tensor),
    ).map(({ shape }) => shape),
  ).toEqual(found.map(({ shape }) => shape));
});

describe("layers that drop whole parts", () => {
  const drops: readonly (readonly [string, Build, number])[] = [
    ["dropPath", (scope, x) => layers.dropPath(scope, "drop", images(x), 0.25), 32],
    ["dropout2d", (scope, x) => layers.dropout2d(scope, "drop", images(x), 0.25), 8],
  ];
  test.each(drops)("%s: each part is 0 or divided by 1 - p, at random", async (_, build, size) => {
    const program = await compile({ y: build(new Scope(true, { seed: 3 }), input("x", [2, 4, 8])) });
    const x = new Float32Array(64).fill(3);
    const kept: boolean[] = [];
    for (let step = 0; step < 400; step++) {
      const { y } = await program.run({ x, step });
      for (let part = 0; part < 64; part += size) {
        const values = new Set(y.subarray(part, part + size));
        expect(values.size).toBe(1);
        expect([0, 4]).toContain([...values][0]);
        kept.push(!values.has(0));
      }
    }
    await program.dispose();
    const share = kept.filter(Boolean).length / kept.length;
    expect(Math.abs(share - 0.75)).toBeLessThan(5 * Math.sqrt(0.1875 / kept.length));
    // The parts of one step do not depend on each other.
    const parts = 64 / size;
    const both = kept.filter((value, i) => i % parts === 0 && value && kept[i + 1]).length / 400;
    expect(Math.abs(both - 0.5625)).toBeLessThan(5 * Math.sqrt(0.25 / 400));
  });
  test("they return the input in inference and without a probability", () => {
    const x = input("x", [2, 4, 8]);
    expect(layers.dropPath(new Scope(false), "drop", x, 0.5)).toBe(x);
    expect(layers.dropPath(new Scope(true), "drop", x, 0)).toBe(x);
    expect(() => layers.dropPath(new Scope(true), "drop", x, 1)).toThrow("dropPath: p = 1. Expected a number from 0");
  });
});

/** A vision transformer of one block. */
const transformer = defineModel("vit", [1, 8, 8], 3, (scope, x) => {
  const patches = layers.conv2d(scope, "patches", x, 12, { kernel: 4, stride: 4 });
  const tokens = ops.transpose(ops.flatten(patches, 2), [0, 2, 1]);
  const start = layers.positionEmbedding(scope, "pos_embed", layers.classToken(scope, "cls_token", tokens));
  const attend = layers.multiHeadAttention(scope, "attn", layers.layerNorm(scope, "norm1", start), {
    heads: 3,
    dropout: 0.1,
  });
  const middle = ops.add(start, layers.dropPath(scope, "dropPath", attend, 0.1));
  const hidden = ops.gelu(layers.dense(scope, "linear1", layers.rmsNorm(scope, "norm2", middle), 24));
  const end = ops.add(middle, layers.dense(scope, "linear2", hidden, 12));
  return layers.dense(scope, "head", ops.gather(end, constant(Int32Array.of(0)), 1), 3);
});

test("a vision transformer of these layers learns", async () => {
  const network = createNetwork(transformer, { seed: 1 });
  const step = await compileTrainingStep(network, { batchSize: 6 });
  const updater = adam({ lr: 1e-2 }).bind(network.parameters);
  const batch = Float32Array.from({ length: 6 * 64 }, (_, i) => Math.sin(i * (1 + (Math.floor(i / 64) % 3))));
  const labels = Int32Array.from({ length: 6 }, (_, i) => i % 3);
  const losses: number[] = [];
  for (let i = 0; i < 40; i++) {
    losses.push((await step.run(batch, labels, { step: i })).loss);
    updater.step();
  }
  await step.dispose();
  expect(losses.at(-1)).toBeLessThan(0.3 * (losses[0] as number));
});

/** A classifier of the layers of generators. */
const generator = defineModel("generator", [1, 8, 8], 3, (scope, x) => {
  const down = layers.conv2d(scope, "down", x, 8, { kernel: 3, stride: 2, padding: 1 });
  const normal = layers.groupNorm(scope, "norm2", layers.instanceNorm(scope, "norm1", down), { groups: 4 });
  const up = layers.convTranspose2d(scope, "up", normal, 6, { kernel: 4, stride: 2, padding: 1 });
  const [left, right] = ops.split(ops.upsample(ops.upsample(up, { scale: 2 }), { scale: 1.5 }), 3, 1) as [
    Tensor,
    Tensor,
  ];
  const both = ops.stack([ops.clamp(left, { min: 0 }), ops.cumulativeSum(right, 1)], 1);
  const smooth = ops.upsample(ops.reshape(both, [-1, 6, 24, 24]), { size: 5, mode: "bilinear" });
  const best = ops.topK(ops.flatten(smooth), 4).values;
  return layers.dense(scope, "head", ops.normalize(best), 3);
});

test.each([transformer, generator])("$name is exported for any batch size", async (model) => {
  const bytes = await exportOnnx(createNetwork(model, { seed: 1 }), { input: "float32" });
  for (const batchSize of [1, 3]) {
    const file = await openOnnx(bytes, { batchSize });
    const { logits } = await file.run({ images: new Float32Array(64 * batchSize).fill(0.5) });
    expect(logits?.length).toBe(3 * batchSize);
    await file.dispose();
  }
});

test.runIf(block !== null)("a decoder has the same values and gradients in the blocked layout", async () => {
  const x = input("x", [2, 16, 4, 4]);
  const w = input("w", [16, 20, 4, 4]);
  const up = ops.convTranspose2d(ops.conv2d(x, input("v", [16, 16, 3, 3]), undefined, { padding: 1 }), w, undefined, {
    stride: 2,
    padding: 1,
  });
  const y = ops.upsample(ops.clamp(ops.add(ops.sin(up), ops.cos(up)), { min: -0.9, max: 1.2 }), {
    scale: 2,
    mode: "bilinear",
  });
  const loss = ops.sum(ops.mul(ops.stopGradient(y), ops.square(y)));
  const [dx, dw] = gradients(loss, [x, w]) as [Tensor, Tensor];
  const feeds = Object.fromEntries(
    [
      ["x", 512],
      ["w", 5120],
      ["v", 2304],
    ].map(([name, count]) => [
      name,
      Float32Array.from({ length: count as number }, (_, i) => 0.3 * Math.sin(12.9898 * (i + 1))),
    ]),
  );
  const results = [];
  for (const lowering of ["portable", "blocked"] as const) {
    const program = await compile({ y, dx, dw }, { lowering, tune: false });
    results.push(await program.run(feeds));
    await program.dispose();
  }
  const [plain, blocked] = results;
  for (const name of ["y", "dx", "dw"] as const)
    expectClose(name, blocked?.[name], plain?.[name] as Float32Array, 1e-4);
});
