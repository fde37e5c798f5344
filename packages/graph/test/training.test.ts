import { sgd } from "@downhill/optim";
import { randomAt, randomKey } from "@downhill/optim/random";
import { describe, expect, test } from "vitest";
import { compileTrainingStep, createNetwork, lenet, type Model, mlp, resnet, type Shape } from "../src/index.ts";
import { block } from "./block.ts";
import golden from "./fixtures/training.json" with { type: "json" };

interface Case {
  readonly model: string;
  readonly imageShape: [number, number, number];
  readonly losses: readonly number[];
  readonly lossError: number;
  readonly tensors: Readonly<Record<string, { every: number; values: readonly number[]; float32Error: number }>>;
}

const MODELS: Readonly<Record<string, (imageShape: [number, number, number]) => Model>> = {
  mlp: (imageShape) => mlp(imageShape, 10),
  lenet: (imageShape) => lenet(imageShape, 10),
  resnet14: (imageShape) => resnet(imageShape, 10, { depth: 14, width: 32 }),
};

/** Returns the uniform numbers in [0, 1) that the fixture's script uses. */
function uniform(count: number, seed: number, name: string): Float64Array {
  const key = randomKey(seed, 0, name);
  return Float64Array.from({ length: count }, (_, i) => randomAt(i, key, 0));
}

function initialValues(name: string, shape: Shape): Float32Array {
  const size = shape.reduce((product, axis) => product * axis, 1);
  if (shape.length === 1) return new Float32Array(size).fill(name.endsWith("bias") ? 0 : 1);
  const bound = 1 / Math.sqrt(shape.slice(1).reduce((product, axis) => product * axis, 1));
  return Float32Array.from(uniform(size, 1, name), (u) => bound * (2 * u - 1));
}

const lowerings = block === null ? (["portable"] as const) : (["portable", "blocked"] as const);

describe.each(lowerings)(`${golden.steps} steps of SGD equal those of ${golden.source} in float64: %s`, (lowering) => {
  test.each(golden.cases as unknown as readonly Case[])(
    "$model",
    async ({ model, imageShape, losses, lossError, tensors }) => {
      const network = createNetwork((MODELS[model] as (shape: typeof imageShape) => Model)(imageShape));
      const { parameters, buffers } = network;
      for (const { name, shape } of network.model.parameters) parameters.value(name).set(initialValues(name, shape));
      const updater = sgd({ lr: 0.01, momentum: 0.9 }).bind(parameters);
      const step = await compileTrainingStep(network, { batchSize: golden.batch, lowering });
      const size = golden.batch * imageShape[0] * imageShape[1] * imageShape[2];
      for (const [i, expected] of losses.entries()) {
        const images = Float32Array.from(uniform(size, 2, `images ${i}`), (u) => 2 * u - 1);
        const labels = Int32Array.from(uniform(golden.batch, 2, `labels ${i}`), (u) => Math.floor(u * 10));
        const { loss } = await step.run(images, labels);
        expect(Math.abs(loss - expected), `step ${i}`).toBeLessThanOrEqual(3 * lossError);
        updater.step();
      }
      await step.dispose();

      const names = [...network.model.parameters, ...network.model.buffers].map(({ name }) => name);
      expect(new Set(names)).toEqual(new Set(Object.keys(tensors)));
      let [worst, allowed] = [0, 0];
      for (const [name, { every, values, float32Error }] of Object.entries(tensors)) {
        const ours = buffers[name] ?? parameters.value(name);
        const errors = values.map((value, i) => Math.abs((ours[i * every] as number) - value));
        worst = Math.max(worst, ...errors);
        allowed = Math.max(allowed, 3 * float32Error);
      }
      expect(worst).toBeLessThanOrEqual(allowed);
    },
    60_000,
  );
});
