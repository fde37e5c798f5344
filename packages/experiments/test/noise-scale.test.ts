import { compileTrainingStep, createNetwork, mlp } from "@downhill/graph";
import { imageSet } from "@downhill/images";
import { copyWeights } from "@downhill/train";
import { average } from "@downhill/train/statistics";
import { describe, expect, test } from "vitest";
import { gradientNoiseScale } from "../src/index.ts";
import { GradientMoments, type Moments } from "../src/noise-scale/gradient-moments.ts";
import { ratioWithInterval } from "../src/noise-scale/ratio-interval.ts";
import { normals } from "./normals.ts";

const make = <T>(length: number, item: (i: number) => T): T[] => Array.from({ length }, (_, i) => item(i));
const squared = (vector: readonly number[]): number => vector.reduce((sum, x) => sum + x * x, 0);
const meanOfAll = (vectors: readonly (readonly number[])[]): number[] =>
  make(vectors[0]?.length ?? 0, (i) => average(vectors.map((vector) => vector[i] as number)));
const distance = (a: readonly number[], b: readonly number[]): number => squared(a.map((x, i) => x - (b[i] as number)));

describe("on gradients with a known noise scale", () => {
  const SIMULATIONS = 500;
  const gradient = make(12, (i) => 0.05 * (i - 3));
  const deviations = make(12, (i) => 1 / (i + 1));
  const [variance, squaredNorm] = [squared(deviations), squared(gradient)];
  const batchSize = 4;
  /** Measures the noise of one sample of batches. */
  const measure = (normal: () => number, scale: number) => {
    const moments = new GradientMoments(12, 16, { batchSize, images: Infinity });
    for (let batch = 0; batch < 64; batch++) {
      moments.add(gradient.map((g, i) => scale * g + ((deviations[i] as number) * normal()) / Math.sqrt(batchSize)));
    }
    return moments.estimate();
  };
  const ratio = ({ all, without }: ReturnType<typeof measure>) => {
    const terms = (moments: Moments) => [moments.variance, moments.squaredNorm] as const;
    return ratioWithInterval(terms(all), without.map(terms));
  };

  test("variance and squared norm have no bias, and 95 % of the intervals cover the noise scale", () => {
    const normal = normals("gradients");
    const results = make(SIMULATIONS, () => measure(normal, 1));
    for (const [key, truth] of [["variance", variance] as const, ["squaredNorm", squaredNorm] as const]) {
      const values = results.map(({ all }) => all[key]);
      const error =
        Math.sqrt(
          distance(
            values,
            values.map(() => average(values)),
          ),
        ) / SIMULATIONS;
      expect(Math.abs(average(values) - truth)).toBeLessThan(3 * error);
      expect(error / truth).toBeLessThan(0.02);
    }
    const intervals = results.map((result) => ratio(result).interval);
    const truth = variance / squaredNorm;
    const covered = intervals.filter(([low, high]) => low <= truth && truth <= high).length / SIMULATIONS;
    expect(covered).toBeGreaterThan(0.92);
    expect(covered).toBeLessThan(0.98);
    expect(intervals.every(([, high]) => Number.isFinite(high))).toBe(true);
  });

  test("a gradient that the noise hides has no upper end of the noise scale", () => {
    const normal = normals("hidden");
    const scale = 0.02;
    const truth = variance / (scale ** 2 * squaredNorm);
    const intervals = make(200, () => ratio(measure(normal, scale)).interval);
    expect(intervals.filter(([, high]) => high === Infinity).length).toBeGreaterThan(180);
    expect(intervals.filter(([low, high]) => low <= truth && truth <= high).length / 200).toBeGreaterThan(0.92);
  });
});

test("without bias for batches drawn without replacement: the mean over all choices of 3 pairs of 8 images is exact", () => {
  const images = make(8, (i) => [i, (i * i) % 5, 2 - (i % 3)]);
  const estimates: Moments[] = [];
  const choose = (left: readonly number[], pairs: readonly (readonly [number, number])[]): void => {
    if (pairs.length === 3) {
      const moments = new GradientMoments(3, 3, { batchSize: 2, images: 8 });
      for (const pair of pairs) moments.add(meanOfAll(pair.map((i) => images[i] as number[])));
      estimates.push(moments.estimate().all);
      return;
    }
    for (const [i, a] of left.entries()) {
      for (const b of left.slice(i + 1))
        choose(
          left.filter((x) => x !== a && x !== b),
          [...pairs, [a, b]],
        );
    }
  };
  choose(
    make(8, (i) => i),
    [],
  );
  const mean = meanOfAll(images);
  expect(average(estimates.map(({ squaredNorm }) => squaredNorm))).toBeCloseTo(squared(mean), 9);
  const exact = images.reduce((sum, image) => sum + distance(image, mean), 0) / 7;
  expect(average(estimates.map(({ variance }) => variance))).toBeCloseTo(exact, 9);
});

test("a network's noise is that of the gradients of its images, and its weights remain", async () => {
  const normal = normals("images");
  const count = 24;
  const pixels = Float32Array.from({ length: count * 6 }, normal);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
  const train = imageSet({ images: pixels, labels, imageShape: [6] });
  const network = createNetwork(mlp([6] as never, 3, { hidden: [4] }), { seed: 1 });
  const before = copyWeights(network);
  const measured = await gradientNoiseScale({ network, data: { train }, batchSize: 1, seed: 3 });
  expect(copyWeights(network)).toEqual(before);

  const step = await compileTrainingStep(network, { batchSize: 1 });
  const gradients: number[][] = [];
  for (let i = 0; i < count; i++) {
    await step.run(pixels.slice(6 * i, 6 * i + 6), labels.slice(i, i + 1));
    gradients.push([...network.parameters.gradients]);
  }
  await step.dispose();
  const mean = meanOfAll(gradients);
  const variance = gradients.reduce((sum, gradient) => sum + distance(gradient, mean), 0) / (count - 1);
  expect(measured.squaredNorm).toBeCloseTo(squared(mean), 6);
  expect(measured.variance).toBeCloseTo(variance, 5);
  expect(measured.noiseScale).toBeCloseTo(variance / squared(mean), 4);
  expect(measured).toMatchObject({ batchSize: 1, batches: count });
  await expect(gradientNoiseScale({ network, data: { train }, batchSize: 4 })).rejects.toThrow(
    "batchSize = 4 and batches = 128 give 6 batches of 24 images. Expected at least 8 batches.",
  );
});
