import { sgd } from "@downhill/optim";
import { describe, expect, test } from "vitest";
import {
  compile,
  compileEvaluation,
  compileTrainingStep,
  createNetwork,
  GraphError,
  input,
  lenet,
  mlp,
  type Network,
  ops,
  resnet,
} from "../src/index.ts";

const pixels = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin(i * i * 0.37));
const labels = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => (i * 7) % 10);

test.each([
  ["lenet", () => lenet([1, 28, 28], 10)],
  ["resnet8", () => resnet([3, 32, 32], 10, { depth: 8 })],
])("%s: the same seed gives the same bits", async (_, make) => {
  const train = async (): Promise<Record<string, Float32Array>> => {
    const network = createNetwork(make(), { seed: 3 });
    const updater = sgd({ lr: 0.05, momentum: 0.9 }).bind(network.parameters);
    const step = await compileTrainingStep(network, { batchSize: 8 });
    for (let i = 0; i < 5; i++) {
      await step.run(pixels(8 * network.model.imageShape.reduce((a, b) => a * b)), labels(8));
      updater.step();
    }
    await step.dispose();
    const names = network.parameters.names;
    return {
      ...network.buffers,
      ...Object.fromEntries(names.map((name) => [name, network.parameters.value(name).slice()])),
    };
  };
  const [first, second] = [await train(), await train()];
  for (const [name, values] of Object.entries(first)) expect(second[name], name).toEqual(values);
});

describe("images of bytes that the graph normalizes", () => {
  const normalization = { mean: [0.2, 0.4, 0.6], std: [0.3, 0.2, 0.1] };
  const bytes = Uint8Array.from({ length: 5 * 3 * 64 }, (_, i) => (i * 73) % 256);
  const numbers = Float32Array.from(bytes, (byte, i) => {
    const channel = Math.floor(i / 64) % 3;
    return (byte / 255 - (normalization.mean[channel] as number)) / (normalization.std[channel] as number);
  });
  const network = (): Network => createNetwork(resnet([3, 8, 8], 10, { depth: 8 }), { seed: 2 });

  test("train like normalized numbers", async () => {
    const [a, b] = [network(), network()];
    const ofBytes = await compileTrainingStep(a, { batchSize: 5, normalization });
    const ofNumbers = await compileTrainingStep(b, { batchSize: 5 });
    const [first, second] = [await ofBytes.run(bytes, labels(5)), await ofNumbers.run(numbers, labels(5))];
    expect(first.loss).toBeCloseTo(second.loss, 5);
    expect(first.correct).toBe(second.correct);
    for (const [i, gradient] of a.parameters.gradients.entries()) {
      expect(Math.abs(gradient - (b.parameters.gradients[i] as number))).toBeLessThan(1e-4);
    }
  });

  test("are evaluated like normalized numbers, in several batches, with the current weights", async () => {
    const net = network();
    const ofBytes = await compileEvaluation(net, { batchSize: 2, normalization });
    const ofNumbers = await compileEvaluation(net, { batchSize: 5 });
    const before = await ofBytes.run(bytes);
    for (const [i, logit] of (await ofNumbers.run(numbers)).entries()) expect(before[i]).toBeCloseTo(logit, 4);
    net.parameters.value("fc.bias").fill(1);
    const after = await ofBytes.run(bytes);
    expect(after.length).toBe(50);
    expect(after).not.toEqual(before);
    const { logits } = net.model.apply(input("images", [5, 3, 8, 8]));
    const program = await compile({ logits });
    const values = Object.fromEntries(net.parameters.names.map((name) => [name, net.parameters.value(name)]));
    const expected = await program.run({ images: numbers, ...values, ...net.buffers });
    for (const [i, logit] of expected.logits.entries()) expect(after[i]).toBeCloseTo(logit, 4);
    await expect(ofBytes.run(numbers)).rejects.toThrow("expected images as a Uint8Array, which the graph normalizes");
    await expect(ofBytes.run(bytes.subarray(1))).rejects.toThrow(
      "the images have 959 numbers. Expected a multiple of 192",
    );
  });
});

test("mixed images: the loss and its gradient are the averages over both labels, weighted by their shares", async () => {
  const [images, own, other] = [pixels(3 * 64), Int32Array.of(1, 2, 3), Int32Array.of(4, 2, 0)];
  const share = Float32Array.of(0.25, 0.5, 1);
  const network = createNetwork(mlp([1, 8, 8], 10), { seed: 1 });
  const single = await compileTrainingStep(network, { batchSize: 1, labelSmoothing: 0.1 });
  const mixed = await compileTrainingStep(network, { batchSize: 3, labelSmoothing: 0.1, mixed: true });
  let expected = 0;
  const grads = new Float64Array(network.parameters.length);
  for (const [i, part] of share.entries()) {
    for (const [label, weight] of [
      [own[i], part],
      [other[i], 1 - part],
    ] as [number, number][]) {
      const { loss } = await single.run(images.subarray(i * 64, (i + 1) * 64), Int32Array.of(label));
      expected += (weight * loss) / 3;
      for (const [k, gradient] of network.parameters.gradients.entries())
        grads[k] = (grads[k] as number) + (weight * gradient) / 3;
    }
  }
  const { loss } = await mixed.run(images, own, { mix: { labels: other, share } });
  expect(loss).toBeCloseTo(expected, 5);
  for (const [k, gradient] of network.parameters.gradients.entries())
    expect(gradient).toBeCloseTo(grads[k] as number, 5);
  const plain = await mixed.run(images, own);
  const same = await mixed.run(images, own, { mix: { labels: own, share } });
  expect(same.loss).toBeCloseTo(plain.loss, 6);
  await expect(mixed.run(images, own, { mix: { labels: other, share: Float32Array.of(0, 2, 0) } })).rejects.toThrow(
    "mlp: mix.share is 2 for image 1. Expected a number from 0 to 1 for each of 3 images.",
  );
});

test("10,000 steps use no more memory than 100", async () => {
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
  // By then, the young generation of the JavaScript heap is full.
  const before = await run(1000);
  expect((await run(9000)) - before).toBeLessThan(24 * 2 ** 20);
}, 180_000);

test("batches of any size return their own loss and correct count", async () => {
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

describe("errors", async () => {
  const network = createNetwork(mlp([1, 4, 4], 3, { hidden: [5] }));
  const step = await compileTrainingStep(network, { batchSize: 2 });
  const images = pixels(32);
  const withNaN = images.slice();
  withNaN[17] = Number.NaN;
  const program = await compile({ y: ops.relu(input("x", [2])) });
  const rows: readonly (readonly [what: string, act: () => unknown, message: string])[] = [
    [
      "a label out of range",
      () => step.run(images, Int32Array.of(0, 3)),
      "mlp: the label of image 1 is 3. Expected a class from 0 to 2.",
    ],
    [
      "a negative label",
      () => step.run(images, Int32Array.of(-1, 0)),
      "mlp: the label of image 0 is -1. Expected a class from 0 to 2.",
    ],
    [
      "an image with a NaN",
      () => step.run(withNaN, Int32Array.of(0, 1)),
      "mlp: the images have NaN at index 17. Expected finite numbers.",
    ],
    [
      "a missing image",
      () => step.run(pixels(16), Int32Array.of(0, 1)),
      "mlp: the target 'labels' is Int32Array of length 2. Expected Int32Array of length 1, for a batch of 1 of int32 [].",
    ],
    [
      "a missing label",
      () => step.run(images, Int32Array.of(0)),
      "mlp: the target 'labels' is Int32Array of length 1. Expected Int32Array of length 2, for a batch of 2 of int32 [].",
    ],
    [
      "part of an image",
      () => step.run(pixels(17), Int32Array.of(0)),
      "mlp: the images have 17 numbers. Expected a multiple of 16, the numbers of one image.",
    ],
    ["no image", () => step.run(pixels(0), Int32Array.of()), "mlp: the batch is empty. Expected at least one image."],
    [
      "bytes for a step without a normalization",
      () => step.run(new Uint8Array(32), Int32Array.of(0, 1)),
      "mlp: expected images as a Float32Array, already normalized",
    ],
    [
      "mixed images for a step compiled without them",
      () =>
        step.run(images, Int32Array.of(0, 1), { mix: { labels: Int32Array.of(1, 0), share: Float32Array.of(1, 1) } }),
      "mlp: mixed images in a step compiled without them. Compile it with { mixed: true }.",
    ],
    [
      "labels as floats",
      () => step.run(images, Float32Array.of(0, 1) as never),
      "mlp: the target 'labels' is Float32Array of length 2. Expected Int32Array of length 2",
    ],
    [
      "an empty batch",
      () => compileTrainingStep(network, { batchSize: 0 }),
      "mlp: batchSize = 0. Expected a whole number of at least 1.",
    ],
    [
      "images of another shape",
      () => network.model.apply(input("images", [2, 3, 4, 4])),
      "mlp: images [2, 3, 4, 4]. Expected [batch, 1, 4, 4].",
    ],
    ["no classes", () => mlp([1, 4, 4], 0), "mlp: classes = 0. Expected a whole number of at least 1."],
    ["half an image", () => mlp([1, 0.5, 4], 2), "mlp: image shape [1,0.5,4]. Expected sizes of at least 1, such as"],
    ["an invalid depth", () => resnet([3, 32, 32], 10, { depth: 18 }), "resnet: depth = 18. Expected 6 n + 2"],
    ["an unknown input", () => program.run({ z: 1 }), "run: unknown input 'z'. Expected x."],
    [
      "no input",
      () => program.run({}),
      "run: the input 'x' is missing. Expected Float32Array of length 2, for float32 [2].",
    ],
    [
      "an unknown output",
      () => program.run({ x: new Float32Array(2) }, { z: new Float32Array(2) } as never),
      "run: unknown output 'z'. Expected y.",
    ],
    [
      "an unknown device",
      () => compile({ y: input("x", [1]) }, { device: "gpu" as never }),
      "unknown device 'gpu'. Expected one of cpu",
    ],
    [
      "an input and an output of the same name",
      () => compile({ x: ops.relu(input("x", [2])) }),
      "compile: 'x' is the name of an input and of an output",
    ],
    [
      "two inputs of the same name",
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

  test("a disposed program", async () => {
    const gone = await compile({ y: ops.relu(input("x", [2])) });
    await gone.dispose();
    await gone.dispose();
    await expect(gone.run({ x: new Float32Array(2) })).rejects.toThrow("run: the program is disposed");
  });
});
