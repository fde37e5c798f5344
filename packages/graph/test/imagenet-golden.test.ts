import { createHash } from "node:crypto";
import { randomAt, randomKey } from "@downhill/optim/random";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../src/core/shape.ts";
import {
  compileEvaluation,
  compileTrainingStep,
  convnextTiny,
  createNetwork,
  efficientnetB0,
  type ImageShape,
  type Model,
  mobilenetV2,
  mobilenetV3,
  resnet18,
  resnet34,
  resnet50,
  type Shape,
} from "../src/index.ts";
import golden from "./fixtures/imagenet.json" with { type: "json" };

const { batch, classes, side, table: length } = golden;
const imageShape: ImageShape = [3, side, side];
const labels = Int32Array.from({ length: batch }, (_, i) => i);

const MODELS: Readonly<Record<string, () => Model>> = {
  resnet18: () => resnet18(imageShape, classes),
  resnet34: () => resnet34(imageShape, classes),
  resnet50: () => resnet50(imageShape, classes),
  mobilenet_v2: () => mobilenetV2(imageShape, classes, { dropout: 0 }),
  mobilenet_v3_small: () => mobilenetV3(imageShape, classes, { size: "small", dropout: 0 }),
  mobilenet_v3_large: () => mobilenetV3(imageShape, classes, { dropout: 0 }),
  efficientnet_b0: () => efficientnetB0(imageShape, classes, { dropout: 0, stochasticDepth: 0 }),
  convnext_tiny: () => convnextTiny(imageShape, classes, { stochasticDepth: 0 }),
};

/**
 * One training step and all logits but those of ResNet-34 are compared, because the others have the same layers and would
 * take 15 seconds. DOWNHILL_FULL_GOLDEN=1 compares all.
 */
const isFull = process.env.DOWNHILL_FULL_GOLDEN === "1";
const trains = (name: string): boolean => isFull || name === "mobilenet_v3_small";
const hasLogits = (name: string): boolean => isFull || name !== "resnet34";

const table = ((key) => Float32Array.from({ length }, (_, i) => 2 * randomAt(i, key, 0) - 1))(randomKey(0, 0, "table"));

/** Numbers in [-1, 1), equal to those of the fixture's generator. */
function signed(count: number, name: string): Float32Array {
  const numbers = new Float32Array(count);
  for (let done = 0, start = (randomKey(1, 0, name) >>> 0) % length; done < count; start = 0) {
    const piece = table.subarray(start, start + count - done);
    numbers.set(piece, done);
    done += piece.length;
  }
  return numbers;
}

function initialValue(network: string, name: string, shape: Shape): Float32Array {
  const numbers = signed(sizeOf(shape), name);
  if (name.endsWith("running_var")) return numbers.map((value) => 1 + value / 2);
  if (name.endsWith("layer_scale")) return numbers.map((value) => 0.2 + value / 10);
  if (shape.length > 1) {
    const factor = Math.sqrt((shape[0] === classes ? 1 : 6) / sizeOf(shape.slice(1)));
    return numbers.map((value) => value * factor);
  }
  const isResnet = network.startsWith("resnet");
  if (name.endsWith("weight")) return numbers.map((value) => (isResnet ? 0.2 + value / 10 : 0.5 + value / 4));
  const offset = isResnet && !name.endsWith("running_mean") ? 0.75 : 0;
  return numbers.map((value) => Math.sign(value) * offset + value / 4);
}

/** Returns the norm of numbers, and their projection on others. */
function figures(name: string, numbers: Float32Array): [number, number] {
  const others = signed(numbers.length, `projection of ${name}`);
  let [square, projection] = [0, 0];
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] as number;
    square += value * value;
    projection += value * (others[i] as number);
  }
  return [Math.sqrt(square), projection];
}

/** Checks the figures of tensors in the order of their names, within a share of the largest norm. */
function expectFigures(tensors: Readonly<Record<string, Float32Array>>, expected: readonly number[]): void {
  const names = Object.keys(tensors).sort();
  expect(expected.length).toBe(2 * names.length);
  const most = Math.max(...expected.filter((_, i) => i % 2 === 0));
  for (const [i, name] of names.entries()) {
    const [norm, projection] = figures(name, tensors[name] as Float32Array);
    expect(Math.abs(norm - (expected[2 * i] as number)), `norm of ${name}`).toBeLessThan(1e-3 * most);
    expect(Math.abs(projection - (expected[2 * i + 1] as number)), `projection of ${name}`).toBeLessThan(1e-3 * most);
  }
}

describe(`logits, and gradients and running statistics of a training step, as ${golden.source} in float64`, () => {
  test.each(golden.cases)("$network", async ({ network: name, tensors, logits, loss, gradients, buffers }) => {
    const model = (MODELS[name] as () => Model)();
    const variables = [...model.parameters, ...model.buffers];
    const described = variables.map((one) => `${one.name}:[${one.shape}]`).sort();
    expect(createHash("sha256").update(described.join("\n")).digest("hex")).toBe(tensors);

    if (!hasLogits(name)) return;
    const values = Object.fromEntries(variables.map(({ name: of, shape }) => [of, initialValue(name, of, shape)]));
    const network = createNetwork({ ...model, initialize: () => values });
    const images = signed(batch * sizeOf(imageShape), "images").map((value) => 2 * value);
    const options = { batchSize: batch, tune: false } as const;

    const evaluation = await compileEvaluation(network, options);
    const found = await evaluation.run(images);
    await evaluation.dispose();
    const largest = Math.max(...logits.map(Math.abs));
    for (const [i, value] of logits.entries()) {
      expect(Math.abs((found[i] as number) - value), `logit ${i}`).toBeLessThan(1e-4 * largest);
    }

    if (!trains(name)) return;
    const step = await compileTrainingStep(network, options);
    expect((await step.run(images, labels)).loss).toBeCloseTo(loss, 3);
    await step.dispose();
    const parameters = model.parameters.map(({ name: of }) => [of, network.parameters.gradient(of)] as const);
    expectFigures(Object.fromEntries(parameters), gradients);
    expectFigures(network.buffers, buffers);
  });
});
