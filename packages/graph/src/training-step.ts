import { checkCount } from "./check.ts";
import { type CompileOptions, compile, type Program } from "./compile.ts";
import { GraphError } from "./error.ts";
import { gradients } from "./gradients.ts";
import { input } from "./input.ts";
import type { Model } from "./model.ts";
import type { Network } from "./network.ts";
import { correct } from "./ops/correct.ts";
import { crossEntropy } from "./ops/cross-entropy.ts";
import { sizeOf } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

export interface TrainingStepOptions extends CompileOptions {
  /** Images in a batch, to compile for at once. Batches of other sizes are compiled for when they first come. */
  readonly batchSize: number;
  /** Share of the target that is spread over all classes; default 0. */
  readonly labelSmoothing?: number;
}

/** What a batch came to. */
export interface TrainingResult {
  /** The mean over the batch. */
  readonly loss: number;
  /** How many images the network put into the right class. */
  readonly correct: number;
}

/** Computes loss and gradients of batches. */
export interface TrainingStep {
  /**
   * Runs a batch: gradients go into the network's arena, running statistics are brought up to date, and an optimizer's
   * `step()` may follow.
   * @param images [batch, ...imageShape]
   * @param labels the class of each image, from 0
   * @throws GraphError for arrays of the wrong size, a label that is no class, or an image that has a NaN
   */
  run(images: Float32Array, labels: Int32Array): Promise<TrainingResult>;
  dispose(): Promise<void>;
}

/** So many sizes of batches are kept ready: the usual one, the last of an epoch, and those of a batch schedule's change. */
const KEPT = 4;

/** Compiles what a network has to compute in each step of its training. */
export async function compileTrainingStep(network: Network, options: TrainingStepOptions): Promise<TrainingStep> {
  const { batchSize, labelSmoothing = 0, ...compiling } = options;
  const { model, parameters, buffers } = network;
  const names = model.parameters.map(({ name }) => name);
  // In the order of their last use.
  const programs = new Map<number, Program>();

  const programFor = async (size: number): Promise<Program> => {
    const program = programs.get(size) ?? (await compile(trainingGraph(model, size, labelSmoothing), compiling));
    programs.delete(size);
    programs.set(size, program);
    for (const [oldest, unused] of programs) {
      if (programs.size <= KEPT) break;
      programs.delete(oldest);
      await unused.dispose();
    }
    return program;
  };
  checkCount(model.name, "batchSize", batchSize);
  await programFor(batchSize);

  return {
    async run(images, labels) {
      checkBatch(model, images, labels);
      const program = await programFor(labels.length);
      // Views are taken anew: the arena may have grown.
      const weights = Object.fromEntries(names.map((name) => [name, parameters.value(name) as Float32Array]));
      const into = names.map((name) => [gradientOf(name), parameters.gradient(name) as Float32Array]);
      const feeds = { [IMAGES]: images, [LABELS]: labels, ...weights, ...buffers };
      const results = await program.run(feeds, Object.fromEntries(into));
      const number = (name: string): number => (results[name] as Float32Array)[0] as number;
      if (!Number.isFinite(number(LOSS))) checkImages(model, images);
      for (const { name } of model.buffers) {
        const next = results[updateOf(name)];
        if (next) buffers[name]?.set(next);
      }
      return { loss: number(LOSS), correct: number(CORRECT) };
    },
    async dispose() {
      for (const program of programs.values()) await program.dispose();
      programs.clear();
    },
  };
}

/**
 * Everything that a training step has to compute, by the names of its outputs: `loss`, `correct`, `gradient of NAME` for
 * each parameter and `next NAME` for each buffer; of the inputs `images`, `labels`, and parameters and buffers by name.
 */
export function trainingGraph(model: Model, batchSize: number, labelSmoothing = 0): Record<string, Tensor> {
  const graph = model.apply(input(IMAGES, [batchSize, ...model.imageShape]), { training: true });
  const labels = input(LABELS, [batchSize], "int32");
  const loss = crossEntropy(graph.logits, labels, { labelSmoothing });
  const names = Object.keys(graph.parameters);
  const slopes = gradients(loss, Object.values(graph.parameters));
  return {
    [LOSS]: loss,
    [CORRECT]: correct(graph.logits, labels),
    ...Object.fromEntries(names.map((name, i) => [gradientOf(name), slopes[i] as Tensor])),
    ...Object.fromEntries(Object.entries(graph.updates).map(([name, tensor]) => [updateOf(name), tensor])),
  };
}

const IMAGES = "images";
const LABELS = "labels";
const LOSS = "loss";
const CORRECT = "correct";
const gradientOf = (name: string): string => `gradient of ${name}`;
const updateOf = (name: string): string => `next ${name}`;

function checkBatch({ name, imageShape, classes }: Model, images: Float32Array, labels: Int32Array): void {
  if (!(images instanceof Float32Array && labels instanceof Int32Array)) {
    throw new GraphError(`${name}: expected images as a Float32Array and labels as an Int32Array`);
  }
  if (labels.length === 0) throw new GraphError(`${name}: the batch is empty: expected at least one image`);
  const size = sizeOf(imageShape);
  if (images.length !== labels.length * size) {
    throw new GraphError(
      `${name}: ${images.length} numbers of images for ${labels.length} labels: expected ${size} for each`,
    );
  }
  const index = labels.findIndex((label) => label < 0 || label >= classes);
  if (index === -1) return;
  throw new GraphError(
    `${name}: the label of image ${index} is ${labels[index]}: expected a class, 0 to ${classes - 1}`,
  );
}

function checkImages({ name }: Model, images: Float32Array): void {
  const index = images.findIndex((pixel) => !Number.isFinite(pixel));
  if (index === -1) return;
  throw new GraphError(`${name}: the images have ${images[index]} at index ${index}: expected finite numbers`);
}
