import { countImages, IMAGES } from "./batch.ts";
import { BatchPrograms } from "./batch-programs.ts";
import { checkCount } from "./check.ts";
import type { CompileOptions, Lowering } from "./compile.ts";
import type { DeviceName } from "./devices/device.ts";
import { GraphError } from "./error.ts";
import type { Model } from "./model.ts";
import type { Network } from "./network.ts";
import { STEP } from "./scope.ts";
import {
  CORRECT,
  gradientOf,
  LABELS,
  LOSS,
  OTHER_LABELS,
  SHARE,
  type TrainingGraphOptions,
  trainingGraph,
  updateOf,
} from "./training-graph.ts";

export interface TrainingStepOptions extends CompileOptions, TrainingGraphOptions {
  /** Images in a batch, to compile for at once. Batches of other sizes are compiled for when they first come. */
  readonly batchSize: number;
}

/** What each image was mixed with. */
export interface Mix {
  /** The class of the other image. */
  readonly labels: Int32Array;
  /** The share of the image itself, 0 to 1. */
  readonly share: Float32Array;
}

export interface BatchOptions {
  /** Of a step that is compiled for mixed images; without it, every image is itself alone. */
  readonly mix?: Mix;
  /** The number of the step, of which dropout's masks are a function: expected where the model has dropout. */
  readonly step?: number;
}

/** What a batch came to. */
export interface TrainingResult {
  /** The mean over the batch. */
  readonly loss: number;
  /** How many images the network put into the right class; of mixed images, into that of `labels`. */
  readonly correct: number;
}

/** Computes loss and gradients of batches. */
export interface TrainingStep {
  /** Which device runs it, why that one, and how convolutions are written. */
  readonly device: DeviceName;
  readonly deviceReason: string;
  readonly lowering: Lowering;
  /**
   * Runs a batch: gradients go into the network's arena, running statistics are brought up to date, and an optimizer's
   * `step()` may follow.
   * @param images [batch, ...imageShape]: bytes where the step normalises them, else numbers
   * @param labels the class of each image, from 0
   * @throws GraphError for arrays of the wrong type or size, a label that is no class, or an image that has a NaN
   */
  run(images: Float32Array | Uint8Array, labels: Int32Array, options?: BatchOptions): Promise<TrainingResult>;
  dispose(): Promise<void>;
}

/** Compiles what a network has to compute in each step of its training. */
export async function compileTrainingStep(network: Network, options: TrainingStepOptions): Promise<TrainingStep> {
  const { batchSize, labelSmoothing = 0, normalization, mixed = false, seed = 0, ...compiling } = options;
  const { model, parameters, buffers } = network;
  const names = model.parameters.map(({ name }) => name);
  const graph = { labelSmoothing, mixed, seed, ...(normalization ? { normalization } : {}) };
  const programs = new BatchPrograms((count) => trainingGraph(model, count, graph), compiling);
  checkCount(model.name, "batchSize", batchSize);
  const { device, deviceReason, lowering, inputs } = await programs.of(batchSize);
  const isRandom = inputs.some(({ name }) => name === STEP);

  return {
    device,
    deviceReason,
    lowering,
    async run(images, labels, { mix, step } = {}) {
      const count = countImages(model, images, normalization);
      checkLabels(model, "labels", labels, count);
      const program = await programs.of(count);
      // Views are taken anew: the arena may have grown.
      const weights = Object.fromEntries(names.map((name) => [name, parameters.value(name) as Float32Array]));
      const into = names.map((name) => [gradientOf(name), parameters.gradient(name) as Float32Array]);
      const second = mixed ? mixFeeds(model, labels, mix) : refuseMix(model, mix);
      const random = isRandom ? { [STEP]: checkStep(model, step) } : {};
      const feeds = { [IMAGES]: images, [LABELS]: labels, ...second, ...random, ...weights, ...buffers };
      const results = await program.run(feeds, Object.fromEntries(into));
      const number = (name: string): number => (results[name] as Float32Array)[0] as number;
      if (!Number.isFinite(number(LOSS))) checkFinite(model, images);
      for (const { name } of model.buffers) {
        const next = results[updateOf(name)];
        if (next) buffers[name]?.set(next);
      }
      return { loss: number(LOSS), correct: number(CORRECT) };
    },
    dispose: () => programs.dispose(),
  };
}

function mixFeeds(model: Model, labels: Int32Array, mix?: Mix): Record<string, Int32Array | Float32Array> {
  const { labels: others, share } = mix ?? { labels, share: new Float32Array(labels.length).fill(1) };
  checkLabels(model, "mix.labels", others, labels.length);
  const wrong = share.findIndex((value) => !(value >= 0 && value <= 1));
  if (share.length !== labels.length || wrong !== -1) {
    const found = wrong === -1 ? `has ${share.length} numbers` : `of image ${wrong} is ${share[wrong]}`;
    throw new GraphError(
      `${model.name}: mix.share ${found}: expected one from 0 to 1 for each of ${labels.length} images`,
    );
  }
  return { [OTHER_LABELS]: others, [SHARE]: share };
}

function refuseMix({ name }: Model, mix?: Mix): Record<string, never> {
  if (mix) throw new GraphError(`${name}: mixed images for a step without: expected it compiled with { mixed: true }`);
  return {};
}

function checkStep({ name }: Model, step?: number): number {
  if (Number.isInteger(step) && (step as number) >= 0) return step as number;
  throw new GraphError(`${name}: step = ${step}: expected the number of the step, from 0, as the model has dropout`);
}

function checkLabels({ name, classes }: Model, what: string, labels: Int32Array, count: number): void {
  if (!(labels instanceof Int32Array)) throw new GraphError(`${name}: expected ${what} as an Int32Array`);
  if (labels.length !== count) {
    throw new GraphError(`${name}: ${labels.length} numbers of ${what} for ${count} images: expected one for each`);
  }
  const index = labels.findIndex((label) => label < 0 || label >= classes);
  if (index === -1) return;
  throw new GraphError(
    `${name}: the label of image ${index} is ${labels[index]}: expected a class, 0 to ${classes - 1}`,
  );
}

function checkFinite({ name }: Model, images: Float32Array | Uint8Array): void {
  const index = images.findIndex((pixel) => !Number.isFinite(pixel));
  if (index === -1) return;
  throw new GraphError(`${name}: the images have ${images[index]} at index ${index}: expected finite numbers`);
}
