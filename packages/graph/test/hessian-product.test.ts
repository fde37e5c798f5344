import { randomAt, randomKey } from "@downhill/optim/random";
import { expect, test } from "vitest";
import {
  compileHessianProduct,
  compileTrainingStep,
  createNetwork,
  defineModel,
  estimateHessianDiagonal,
  layers,
  type Network,
  ops,
  type Tensor,
} from "../src/index.ts";

/** Returns numbers from -1 to 1. */
const numbers = (count: number, name: string): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => 2 * randomAt(i, randomKey(3, 0, name), 0) - 1);

const regression = defineModel("regression", [3], (scope, x) => layers.dense(scope, "fc", x, 1));

test("linear regression: the product is that of 2/N X'X, whatever the weights", async () => {
  const network = createNetwork(regression, { seed: 5 });
  const count = 7;
  const hessian = await compileHessianProduct(network, {
    batchSize: count,
    targets: { y: [1] },
    loss: ({ output, y }) => ops.mse(output, y),
  });
  const images = numbers(3 * count, "images");
  const direction = { "fc.weight": Float32Array.of(1, -2, 0.5), "fc.bias": Float32Array.of(0.25) };
  const { product } = await hessian.run(direction, images, { y: numbers(count, "y") });
  const rows = Array.from({ length: count }, (_, i) => [...images.subarray(3 * i, 3 * i + 3), 1]);
  const v = [1, -2, 0.5, 0.25];
  const expected = v.map((_, k) =>
    rows.reduce((total, row) => {
      const along = row.reduce((dot, x, j) => dot + x * (v[j] as number), 0);
      return total + (2 / count) * (row[k] as number) * along;
    }, 0),
  );
  const found = [...(product["fc.weight"] as Float32Array), ...(product["fc.bias"] as Float32Array)];
  for (const [k, value] of expected.entries()) expect(found[k], `element ${k}`).toBeCloseTo(value, 5);
  await hessian.dispose();
});

test("linear regression: estimates of the diagonal have the diagonal as their mean, and are the same for a step", async () => {
  const network = createNetwork(regression, { seed: 5 });
  const [count, draws] = [4, 400];
  const loss = ({ output, y }: { output: Tensor; y: Tensor }): Tensor => ops.mse(output, y);
  const hessian = await compileHessianProduct(network, { batchSize: count, targets: { y: [1] }, loss });
  const [images, y] = [numbers(3 * count, "images"), numbers(count, "y")];
  const at = (step: number) => estimateHessianDiagonal(hessian, network, { step, seed: 1 }, images, { y });
  expect(await at(7)).toEqual(await at(7));
  expect(await at(7)).not.toEqual(await at(8));
  const mean = new Float64Array(3);
  for (let step = 0; step < draws; step++) {
    for (const [k, x] of ((await at(step))["fc.weight"] as Float32Array).entries())
      mean[k] = (mean[k] ?? 0) + x / draws;
  }
  for (const [k, found] of mean.entries()) {
    const column = Array.from({ length: count }, (_, i) => images[3 * i + k] as number);
    const expected = (2 / count) * column.reduce((sum, x) => sum + x * x, 0);
    expect(Math.abs(found - expected), `element ${k}`).toBeLessThan(0.1);
  }
  await hessian.dispose();
});

/** A smooth classifier with a convolution, batch norm in training mode, a pool and a dense layer. */
const classifier = defineModel("classifier", [2, 6, 6], 3, (scope, images) => {
  const conv = layers.conv2d(scope, "conv", images, 4, { kernel: 3, padding: 1 });
  const normalized = ops.silu(layers.batchNorm(scope, "bn", conv));
  const pooled = ops.avgPool2d(normalized, { kernel: 2 });
  return layers.dense(scope, "fc", ops.flatten(pooled), 3);
});

/** Returns the gradient by name, with the weights moved along a direction. */
async function gradientAt(
  network: Network,
  weights: Readonly<Record<string, Float32Array>>,
  direction: Readonly<Record<string, Float32Array>>,
  by: number,
  batch: readonly [Float32Array, Int32Array],
): Promise<Record<string, Float32Array>> {
  for (const [name, values] of Object.entries(weights)) {
    network.parameters.setValue(
      name,
      values.map((value, i) => value + by * (direction[name]?.[i] as number)),
    );
  }
  const step = await compileTrainingStep(network, { batchSize: 8, labelSmoothing: 0.1, lowering: "portable" });
  await step.run(...batch);
  await step.dispose();
  return Object.fromEntries(Object.keys(weights).map((name) => [name, network.parameters.gradient(name).slice()]));
}

test("convolution, batch norm and pool: the product is the difference of gradients, and the Hessian is symmetric", async () => {
  const network = createNetwork(classifier, { seed: 1 });
  const names = classifier.parameters.map(({ name }) => name);
  const weights = Object.fromEntries(names.map((name) => [name, network.parameters.value(name).slice()]));
  const directionOf = (label: string): Record<string, Float32Array> =>
    Object.fromEntries(names.map((name) => [name, numbers(weights[name]?.length ?? 0, `${label} ${name}`)]));
  const [v, u] = [directionOf("v"), directionOf("u")];
  const batch = [numbers(8 * 72, "images"), Int32Array.from({ length: 8 }, (_, i) => i % 3)] as const;
  const hessian = await compileHessianProduct(network, { batchSize: 8, labelSmoothing: 0.1 });
  const { product: hv } = await hessian.run(v, ...batch);
  const { product: hu } = await hessian.run(u, ...batch);
  await hessian.dispose();
  const dot = (a: Readonly<Record<string, Float32Array>>, b: Readonly<Record<string, Float32Array>>): number =>
    names.reduce(
      (total, name) => total + (a[name] as Float32Array).reduce((s, x, i) => s + x * (b[name]?.[i] as number), 0),
      0,
    );
  expect(dot(u, hv)).toBeCloseTo(dot(v, hu), 4);
  const step = 1 / 256;
  const ahead = await gradientAt(network, weights, v, step, batch);
  const behind = await gradientAt(network, weights, v, -step, batch);
  const largest = Math.max(...names.flatMap((name) => [...(hv[name] as Float32Array)].map(Math.abs)));
  for (const name of names) {
    for (const [i, value] of (hv[name] as Float32Array).entries()) {
      const difference = ((ahead[name]?.[i] as number) - (behind[name]?.[i] as number)) / (2 * step);
      expect(Math.abs(difference - value), `${name} ${i}`).toBeLessThan(0.02 * largest);
    }
  }
});

test("a direction of a wrong size is an error that names the parameter", async () => {
  const network = createNetwork(regression);
  const hessian = await compileHessianProduct(network, {
    batchSize: 1,
    targets: { y: [1] },
    loss: ({ output, y }) => ops.mse(output, y),
  });
  const direction = { "fc.weight": new Float32Array(2), "fc.bias": new Float32Array(1) };
  await expect(hessian.run(direction, new Float32Array(3), { y: new Float32Array(1) })).rejects.toThrow(
    "regression: the direction has 2 numbers for 'fc.weight'. Expected a Float32Array of 3 numbers.",
  );
  await hessian.dispose();
});
