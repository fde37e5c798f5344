import { sgd } from "@downhill/optim";
import { describe, expect, test } from "vitest";
import {
  adapt,
  airbench,
  compileEvaluation,
  compileTrainingStep,
  createNetwork,
  type Model,
  resnet,
  resnet9,
  wideResnet,
} from "../src/index.ts";
import { whiteningFilters } from "../src/layers/whitening.ts";

const SIDE = 16;
const CLASSES = 2;
const COUNT = 32;
type Pixel = (label: number, channel: number, place: number, image: number) => number;

/** Images of bytes, with alternating classes. */
function imagesOf(pixel: Pixel): Uint8Array {
  const area = SIDE * SIDE;
  return Uint8Array.from({ length: COUNT * 3 * area }, (_, i) => {
    const image = Math.floor(i / (3 * area));
    return pixel(image % CLASSES, Math.floor(i / area) % 3, i % area, image);
  });
}
const labels = Int32Array.from({ length: COUNT }, (_, i) => i % CLASSES);

/** Largest absolute value; NaN if there is a NaN. */
function largestOf(numbers: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < numbers.length; i++) largest = Math.max(largest, Math.abs(numbers[i] as number));
  return largest;
}

/** Normalization as the images package measures it: no deviation is below 1/255. */
function normalizationOf(images: Uint8Array) {
  const [mean, std]: [number[], number[]] = [[], []];
  for (let channel = 0; channel < 3; channel++) {
    const own = images.filter((_, i) => Math.floor(i / SIDE ** 2) % 3 === channel);
    const average = own.reduce((sum, x) => sum + x, 0) / own.length;
    const variance = own.reduce((sum, x) => sum + (x - average) ** 2, 0) / own.length;
    mean.push(average / 255);
    std.push(Math.max(Math.sqrt(variance), 1) / 255);
  }
  return { mean, std };
}

/** Images without variance in some direction; `learnable` is true if their classes differ. */
const IMAGES: Readonly<Record<string, { readonly pixel: Pixel; readonly learnable: boolean }>> = {
  "one color for each class": { pixel: (label, channel) => (label === 0 ? 200 : 40) + 10 * channel, learnable: true },
  "one color for each class, one channel constant": {
    pixel: (label, channel) => (channel === 2 ? 128 : label === 0 ? 200 : 40),
    learnable: true,
  },
  "one channel that differs by a single level": {
    pixel: (label, channel) => (channel === 0 ? 100 + label : 128),
    learnable: true,
  },
  "one pixel that differs": { pixel: (label, _, place) => (label === 1 && place === 100 ? 255 : 0), learnable: true },
  "one pixel of one image that differs": {
    pixel: (_, __, place, image) => (image === 3 && place === 100 ? 255 : 0),
    learnable: false,
  },
  "nothing but black": { pixel: () => 0, learnable: false },
  "nothing but one color": { pixel: (_, channel) => (channel === 1 ? 17 : 255), learnable: false },
};

const MODELS: Readonly<Record<string, { readonly model: () => Model; readonly lr: number }>> = {
  airbench: {
    // The model of its recipe, but narrower.
    model: () => airbench([3, SIDE, SIDE], CLASSES, { widths: [16, 32, 32], whitening: { kernel: 3, filters: 32 } }),
    lr: 0.094,
  },
  resnet8: { model: () => resnet([3, SIDE, SIDE], CLASSES, { depth: 8, width: 8 }), lr: 0.05 },
  resnet9: { model: () => resnet9([3, SIDE, SIDE], CLASSES, { width: 8 }), lr: 0.05 },
  wideResnet: { model: () => wideResnet([3, SIDE, SIDE], CLASSES, { depth: 10, widening: 1 }), lr: 0.05 },
};

describe.each(Object.entries(MODELS))("%s", (name, { model, lr }) => {
  test.each(Object.entries(IMAGES))("learns from images with %s, by gradients that stay small", async (_, row) => {
    const images = imagesOf(row.pixel);
    const normalization = normalizationOf(images);
    const network = createNetwork(model(), { seed: 1 });
    adapt(network, images, normalization);
    const step = await compileTrainingStep(network, { batchSize: COUNT, device: "cpu", normalization, seed: 1 });
    const groups = name === "airbench" ? [{ match: /norm\d\.bias$/, lr: 64 * lr }] : [];
    const updater = sgd({ lr, momentum: 0.85, nesterov: true }, { groups }).bind(network.parameters);
    const losses: number[] = [];
    let largest = 0;
    for (let i = 0; i < 30; i++) {
      losses.push((await step.run(images, labels, { step: i })).loss);
      largest = Math.max(largest, largestOf(network.parameters.gradients));
      updater.step();
    }
    await step.dispose();
    const [first, last] = [losses[0] as number, losses.at(-1) as number];
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(largest).toBeLessThan(10);
    expect(last).toBeLessThan(row.learnable ? 0.7 * first : Math.max(first, Math.log(2)) + 0.05);
    // New images that vary in directions in which the training images did not.
    // Training images first: with running statistics their results equal those of the training.
    const evaluation = await compileEvaluation(network, { batchSize: COUNT, device: "cpu", normalization });
    const other = images.map((x, i) => Math.min(255, Math.max(0, x + (i % 7) - 3)));
    const same = (await evaluation.run(images)).slice();
    const logits = await evaluation.run(other);
    await evaluation.dispose();
    expect(logits.every(Number.isFinite)).toBe(true);
    if (name === "airbench" && row.learnable) {
      for (const [i, label] of labels.entries()) {
        expect(same[2 * i + label] as number).toBeGreaterThan(same[2 * i + 1 - label] as number);
      }
    }
    // Other models divide by a running variance that approaches 0.
    if (name === "airbench") expect(Math.max(...logits.map(Math.abs))).toBeLessThan(1e4);
  });
});

test("whitening without eps does not blow up rounding errors in directions without variance", () => {
  const flat = Float32Array.from({ length: 2 * 3 * SIDE * SIDE }, (_, i) => (i < 3 * SIDE * SIDE ? 0.1 : -0.3) * 1.7);
  const filters = whiteningFilters(flat, [2, 3, SIDE, SIDE], [54, 3, 3, 3], 0);
  expect(Math.max(...filters.map(Math.abs))).toBeLessThan(2);
});
