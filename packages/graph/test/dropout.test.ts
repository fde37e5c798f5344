import { describe, expect, test } from "vitest";
import {
  compile,
  compileEvaluation,
  compileTrainingStep,
  createNetwork,
  defineModel,
  gradients,
  input,
  layers,
  lenet,
  mlp,
  ops,
  summary,
  type Tensor,
  vgg,
  wideResnet,
} from "../src/index.ts";
import { evaluate } from "./evaluate.ts";

const STEP = input("step", [], "int32");
const SHAPE = [64, 128];
const COUNT = 64 * 128;

/** Mask of the elements that remain, 1 or 0, for a tensor of ones. */
async function masks(options: { p: number; seed?: number }, steps: readonly number[]): Promise<number[][]> {
  const program = await compile({ y: ops.dropout(input("x", SHAPE), { ...options, step: STEP }) });
  const x = new Float32Array(COUNT).fill(1);
  const found: number[][] = [];
  for (const step of steps) found.push(Array.from((await program.run({ x, step })).y, (value) => Math.sign(value)));
  await program.dispose();
  return found;
}

const mean = (x: readonly number[]): number => x.reduce((sum, value) => sum + value, 0) / x.length;

/** Correlation of two masks in standard deviations; that of independent masks is within 5. */
function dependence(a: readonly number[], b: readonly number[], p: number): number {
  const products = a.map((value, i) => (value - (1 - p)) * ((b[i] as number) - (1 - p)));
  return Math.abs(mean(products)) * (Math.sqrt(products.length) / (p * (1 - p)));
}

describe.each([0.1, 0.5, 0.8])("p = %f", (p) => {
  test("sets this fraction of the elements to 0 in each step, row and column", async () => {
    const steps = await masks(
      { p },
      Array.from({ length: 20 }, (_, i) => i),
    );
    for (const mask of steps) expect(Math.abs(mean(mask) - (1 - p))).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / COUNT));
    const all = steps.flat();
    for (const [size, of] of [
      [64, (i: number) => Math.floor(i / 128) % 64],
      [128, (i: number) => i % 128],
    ] as const) {
      const sums = new Float64Array(size);
      for (const [i, value] of all.entries()) sums[of(i)] = (sums[of(i)] as number) + value;
      const each = all.length / size;
      for (const sum of sums) expect(Math.abs(sum / each - (1 - p))).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / each));
    }
  });

  test("masks of different steps, seeds, rows and columns are uncorrelated", async () => {
    const [first, second, later] = (await masks({ p }, [7, 8, 1_000_007])) as [number[], number[], number[]];
    const [other] = (await masks({ p, seed: 1 }, [7])) as [number[]];
    for (const mask of [second, later, other]) expect(dependence(first, mask, p)).toBeLessThan(5);
    for (const shift of [1, 2, 128, 129, 256]) {
      expect(dependence(first.slice(shift), first.slice(0, -shift), p)).toBeLessThan(5);
    }
  });
});

test("the mask of a step is equal in all programs and on all devices, because it is computed with integers", async () => {
  const [first, again] = (await masks({ p: 0.3, seed: 5 }, [123456, 123456])) as [number[], number[]];
  expect(again).toEqual(first);
  expect((await masks({ p: 0.3, seed: 5 }, [123456]))[0]).toEqual(first);
  const y = ops.dropout(input("x", SHAPE), { p: 0.3, seed: 5, step: STEP });
  const [exact] = evaluate([y], { x: new Float32Array(COUNT).fill(1), step: [123456] });
  expect(Array.from(exact ?? [], Math.sign)).toEqual(first);
});

test("remaining elements and their gradients are divided by the probability to remain", async () => {
  const x = input("x", [6, 50]);
  const y = ops.dropout(x, { p: 0.2, step: STEP });
  const [slope] = gradients(ops.sum(y), [x]);
  const program = await compile({ y, slope: slope as Tensor });
  const values = await program.run({ x: new Float32Array(300).fill(3), step: 4 });
  await program.dispose();
  expect(new Set(values.y)).toEqual(new Set([0, Math.fround(3 * Math.fround(1.25))]));
  expect(values.slope).toEqual(values.y.map((value) => value / 3));
});

test("any shape", async () => {
  for (const shape of [[], [1], [7], [1, 5], [2, 3, 4, 5]]) {
    const program = await compile({ y: ops.dropout(input("x", shape), { step: STEP }) });
    const size = shape.reduce((product, n) => product * n, 1);
    const { y } = await program.run({ x: new Float32Array(size).fill(1), step: 0 });
    await program.dispose();
    expect(y.every((value) => value === 0 || value === 2)).toBe(true);
  }
});

describe("the layer", () => {
  const images = Float32Array.from({ length: 6 * 256 }, (_, i) => Math.sin(i));
  const labels = Int32Array.of(0, 1, 2, 0, 1, 2);
  const lossOf = async (model: Parameters<typeof createNetwork>[0], step: number, seed = 0): Promise<number> => {
    const training = await compileTrainingStep(createNetwork(model, { seed: 1 }), { batchSize: 6, seed });
    const { loss } = await training.run(images, labels, { step });
    await training.dispose();
    return loss;
  };

  test.each([
    ["mlp", (dropout?: number) => mlp([1, 16, 16], 3, { hidden: [32], ...(dropout === undefined ? {} : { dropout }) })],
    ["vgg", (dropout?: number) => vgg([1, 16, 16], 3, { width: 4, ...(dropout === undefined ? {} : { dropout }) })],
    ["lenet", (dropout?: number) => lenet([1, 16, 16], 3, dropout === undefined ? {} : { dropout })],
    [
      "wideResnet",
      (dropout?: number) =>
        wideResnet([1, 16, 16], 3, { depth: 10, widening: 1, ...(dropout === undefined ? {} : { dropout }) }),
    ],
  ])("%s: masks follow step and seed; without dropout, or in inference, there are none", async (_, make) => {
    const first = await lossOf(make(0.5), 3);
    expect(await lossOf(make(0.5), 3)).toBe(first);
    expect(await lossOf(make(0.5), 4)).not.toBe(first);
    expect(await lossOf(make(0.5), 3, 1)).not.toBe(first);
    expect(await lossOf(make(), 3)).toBe(await lossOf(make(0), 4));
    const logits = async (dropout?: number): Promise<Float32Array> =>
      (await compileEvaluation(createNetwork(make(dropout), { seed: 1 }), { batchSize: 6 })).run(images);
    expect(await logits(0.5)).toEqual(await logits());
    expect(summary(make(0.5)).totals.parameters).toBe(summary(make()).totals.parameters);
  });

  test("two layers have different masks", async () => {
    const model = defineModel("two", [1, 8, 8], 64, (scope, x) => {
      const ones = ops.add(ops.mul(ops.flatten(x), 0), 1);
      return ops.sub(layers.dropout(scope, "a", ones, 0.5), layers.dropout(scope, "b", ones, 0.5));
    });
    const { logits } = model.apply(input("images", [1, 1, 8, 8]), { training: true });
    const program = await compile({ logits });
    const { logits: values } = await program.run({ images: new Float32Array(64), step: 0 });
    expect(values.some((value) => value !== 0)).toBe(true);
  });

  test("a missing step and an invalid probability are rejected", async () => {
    const training = await compileTrainingStep(createNetwork(mlp([1, 16, 16], 3, { dropout: 0.1 })), { batchSize: 6 });
    await expect(training.run(images, labels)).rejects.toThrow(
      "mlp: step = undefined. Expected a whole number from 0, on which the dropout of the model depends.",
    );
    expect(() => mlp([1, 16, 16], 3, { dropout: 1 })).toThrow("mlp: dropout = 1. Expected a number from 0 to below 1");
  });
});
