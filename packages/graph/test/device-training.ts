import { adamw, cosine, type Optimizer, sgd, type UpdaterState } from "@downhill/optim";
import {
  type CompileOptions,
  compileDeviceStep,
  compileTrainingStep,
  createNetwork,
  lenet,
  mlp,
  type Network,
} from "../src/index.ts";

/** Models by name. This module also runs in web pages and imports nothing from Node. */
export const MODELS = { mlp: () => mlp([1, 28, 28], 10), lenet: () => lenet([1, 28, 28], 10) };
export const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  // With a tiny eps, the division would amplify the rounding errors of gradients.
  adamw: () => adamw({ lr: cosine({ base: 0.002, tMax: 20 }), eps: 1e-3, weightDecay: 0.1 }),
  sgd: () => sgd({ lr: 0.02, momentum: 0.9 }),
};

export interface Trained {
  readonly device: string;
  readonly losses: readonly number[];
  readonly correct: readonly number[];
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly state: UpdaterState;
}

/** Makes a batch of images, each with a blob whose position depends on the class. */
export function madeBatch(count: number, step: number, side = 28): { images: Float32Array; labels: Int32Array } {
  const labels = Int32Array.from({ length: count }, (_, i) => (i * 7 + step * 3) % 10);
  const images = Float32Array.from({ length: count * side * side }, (_, i) => {
    const [image, pixel] = [Math.floor(i / (side * side)), i % (side * side)];
    const blob = Math.floor((pixel * 10) / (side * side)) === labels[image] ? 1 : 0;
    return blob + 0.3 * Math.sin(i * i * 0.37 + step);
  });
  return { images, labels };
}

const numbersOf = ({ parameters }: Network): Record<string, number[]> =>
  Object.fromEntries(parameters.names.map((name) => [name, Array.from(parameters.value(name))]));

/** Returns the batch size of a step: every third batch of the MLP is smaller. */
const sizeOfBatch = (model: keyof typeof MODELS, step: number): number => (model === "mlp" && step % 3 === 2 ? 5 : 8);

/** Trains with weights and optimizer states on a device. */
export async function trainOnDevice(
  model: keyof typeof MODELS,
  optimizer: string,
  steps: number,
  options: CompileOptions,
): Promise<Trained> {
  const network = createNetwork(MODELS[model](), { seed: 3 });
  const step = await compileDeviceStep(network, (OPTIMIZERS[optimizer] as () => Optimizer)(), {
    batchSize: 8,
    ...options,
  });
  const [losses, correct]: [number[], number[]] = [[], []];
  for (let i = 0; i < steps; i++) {
    const { images, labels } = madeBatch(sizeOfBatch(model, i), i);
    const result = await step.run(images, labels);
    losses.push(result.loss);
    correct.push(result.correct);
  }
  const state = await step.download();
  await step.dispose();
  return { device: step.device, losses, correct, weights: numbersOf(network), state };
}

/** Trains with an updater on the network's arena. */
export async function trainInArena(model: keyof typeof MODELS, optimizer: string, steps: number): Promise<Trained> {
  const network = createNetwork(MODELS[model](), { seed: 3 });
  const updater = (OPTIMIZERS[optimizer] as () => Optimizer)().bind(network.parameters);
  const step = await compileTrainingStep(network, { batchSize: 8, device: "cpu" });
  const [losses, correct]: [number[], number[]] = [[], []];
  for (let i = 0; i < steps; i++) {
    const { images, labels } = madeBatch(sizeOfBatch(model, i), i);
    const result = await step.run(images, labels);
    updater.step();
    losses.push(result.loss);
    correct.push(result.correct);
  }
  await step.dispose();
  return { device: step.device, losses, correct, weights: numbersOf(network), state: updater.state() };
}
