import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { sgd } from "@downhill/optim";
import { describe, expect, test } from "vitest";
import {
  compile,
  compileTrainingStep,
  createNetwork,
  GraphError,
  input,
  lenet,
  mlp,
  ops,
  resnet,
} from "../src/index.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const pixels = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin(i * i * 0.37));
const labels = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => (i * 7) % 10);

test("the example trains LeNet on real images", () => {
  const args = ["examples/lenet-mnist.mjs", "packages/graph/test/fixtures/fashion-mnist", "5"];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  const [accuracy] = /[\d.]+$/.exec(stdout.trim()) as unknown as [string];
  // Chance is 0.1.
  expect(Number(accuracy)).toBeGreaterThan(0.65);
}, 60_000);

test.each([
  ["lenet", () => lenet([1, 28, 28], 10)],
  ["resnet8", () => resnet([3, 32, 32], 10, { depth: 8 })],
])("%s: the same seed gives the same bits", async (_, make) => {
  const train = async (): Promise<Record<string, Float32Array>> => {
    const network = createNetwork(make(), { seed: 3 });
    const updater = sgd({ lr: 0.05, momentum: 0.9 }).bind(network.parameters);
    const step = await compileTrainingStep(network, { batchSize: 8 });
    const [channels, height, width] = network.model.imageShape;
    for (let i = 0; i < 5; i++) {
      await step.run(pixels(8 * channels * height * width), labels(8));
      updater.step();
    }
    await step.dispose();
    const names = network.parameters.names;
    return {
      ...network.buffers,
      ...Object.fromEntries(names.map((name) => [name, network.parameters.value(name).slice() as Float32Array])),
    };
  };
  const [first, second] = [await train(), await train()];
  for (const [name, values] of Object.entries(first)) expect(second[name], name).toEqual(values);
});

test("10,000 steps take no more memory than 100", async () => {
  const network = createNetwork(mlp([1, 28, 28], 10));
  const step = await compileTrainingStep(network, { batchSize: 16 });
  const updater = sgd({ lr: 0.01, momentum: 0.9 }).bind(network.parameters);
  const [images, classes] = [pixels(16 * 784), labels(16)];
  const run = async (steps: number): Promise<number> => {
    for (let i = 0; i < steps; i++) {
      await step.run(images, classes);
      updater.step();
    }
    return process.memoryUsage().rss;
  };
  await run(100);
  // The young generation of JavaScript's heap fills up first.
  const before = await run(1000);
  expect((await run(9000)) - before).toBeLessThan(24 * 2 ** 20);
}, 60_000);

test("batches of any size, each with its own loss, and what it got right", async () => {
  const network = createNetwork(lenet([1, 8, 8], 10), { seed: 1 });
  const step = await compileTrainingStep(network, { batchSize: 4 });
  const [images, classes] = [pixels(6 * 64), labels(6)];
  const single = [];
  for (let i = 0; i < 6; i++)
    single.push(await step.run(images.subarray(i * 64, (i + 1) * 64), classes.subarray(i, i + 1)));
  for (const size of [6, 5, 4, 3, 2, 1, 6]) {
    const { loss, correct } = await step.run(images.subarray(0, size * 64), classes.subarray(0, size));
    const parts = single.slice(0, size);
    expect(loss).toBeCloseTo(parts.reduce((sum, part) => sum + part.loss, 0) / size, 5);
    expect(correct).toBe(parts.reduce((sum, part) => sum + part.correct, 0));
  }
  await step.dispose();
});

describe("mistakes", async () => {
  const network = createNetwork(mlp([1, 4, 4], 3, { hidden: [5] }));
  const step = await compileTrainingStep(network, { batchSize: 2 });
  const images = pixels(32);
  const withNaN = images.slice();
  withNaN[17] = Number.NaN;
  const program = await compile({ y: ops.relu(input("x", [2])) });
  const rows: readonly (readonly [what: string, act: () => unknown, message: string])[] = [
    [
      "a label that is no class",
      () => step.run(images, Int32Array.of(0, 3)),
      "mlp: the label of image 1 is 3: expected a class, 0 to 2",
    ],
    [
      "a negative label",
      () => step.run(images, Int32Array.of(-1, 0)),
      "mlp: the label of image 0 is -1: expected a class, 0 to 2",
    ],
    [
      "an image with a NaN",
      () => step.run(withNaN, Int32Array.of(0, 1)),
      "mlp: the images have NaN at index 17: expected finite numbers",
    ],
    [
      "an image too few",
      () => step.run(pixels(16), Int32Array.of(0, 1)),
      "mlp: 16 numbers of images for 2 labels: expected 16 for each",
    ],
    [
      "a label too few",
      () => step.run(images, Int32Array.of(0)),
      "mlp: 32 numbers of images for 1 labels: expected 16 for each",
    ],
    [
      "labels as floats",
      () => step.run(images, Float32Array.of(0, 1) as never),
      "mlp: expected images as a Float32Array and labels as an Int32Array",
    ],
    [
      "an empty batch",
      () => compileTrainingStep(network, { batchSize: 0 }),
      "mlp: batchSize = 0: expected a whole number of at least 1",
    ],
    [
      "images of another shape",
      () => network.model.apply(input("images", [2, 3, 4, 4])),
      "mlp: images [2, 3, 4, 4]: expected [batch, 1, 4, 4]",
    ],
    ["no classes", () => mlp([1, 4, 4], 0), "mlp: classes = 0: expected a whole number of at least 1"],
    ["half an image", () => mlp([1, 4] as never, 2), "mlp: image shape [1,4]: expected [channels, height, width]"],
    ["a depth that is none", () => resnet([3, 32, 32], 10, { depth: 18 }), "resnet: depth = 18: expected 6 n + 2"],
    ["an unknown input", () => program.run({ z: 1 }), "run: there is no input 'z': known are: x"],
    ["no input", () => program.run({}), "run: the input 'x' is missing: expected Float32Array of 2, for float32 [2]"],
    [
      "an unknown output",
      () => program.run({ x: new Float32Array(2) }, { z: new Float32Array(2) } as never),
      "run: there is no output 'z': known are: y",
    ],
    [
      "an unknown device",
      () => compile({ y: input("x", [1]) }, { device: "gpu" as never }),
      "unknown device 'gpu': known are: cpu",
    ],
    [
      "one name for an input and an output",
      () => compile({ x: ops.relu(input("x", [2])) }),
      "compile: 'x' is the name of an input and of an output",
    ],
    [
      "two inputs of one name",
      () => compile({ y: ops.add(input("x", [2]), input("x", [1])) }),
      "compile: two inputs are named 'x': float32 [2] and float32 [1]",
    ],
  ];
  test.each(rows)("%s", async (_, act, message) => {
    const error = await Promise.resolve()
      .then(act)
      .then(
        () => null,
        (reason) => reason,
      );
    expect(error).toBeInstanceOf(GraphError);
    expect(error.message).toContain(message);
  });

  test("a program that was disposed of", async () => {
    const gone = await compile({ y: ops.relu(input("x", [2])) });
    await gone.dispose();
    await gone.dispose();
    await expect(gone.run({ x: new Float32Array(2) })).rejects.toThrow("run: the program was disposed of");
  });
});
