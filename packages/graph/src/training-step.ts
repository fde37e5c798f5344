import { type CompileOptions, compile } from "./compile.ts";
import { GraphError } from "./error.ts";
import { gradients } from "./gradients.ts";
import { input } from "./input.ts";
import type { Network } from "./network.ts";
import { crossEntropy } from "./ops/cross-entropy.ts";
import type { Tensor } from "./tensor.ts";

export interface TrainingStepOptions extends Pick<CompileOptions, "threads" | "lowering"> {
  /** Images in a batch. */
  readonly batchSize: number;
  /** Share of the target that is spread over all classes; default 0. */
  readonly labelSmoothing?: number;
}

/** Computes loss and gradients of batches of one size. */
export interface TrainingStep {
  /**
   * Runs a batch: gradients go into the network's arena, running statistics are brought up to date, and an optimizer's
   * `step()` may follow.
   * @param images [batchSize, ...imageShape]
   * @param labels the class of each image, from 0
   * @returns the mean loss of the batch
   * @throws GraphError for arrays of the wrong size, a label that is no class, or an image that has a NaN
   */
  run(images: Float32Array, labels: Int32Array): Promise<number>;
  dispose(): Promise<void>;
}

/** Compiles what a network has to compute in each step of its training. */
export async function compileTrainingStep(network: Network, options: TrainingStepOptions): Promise<TrainingStep> {
  const { batchSize, labelSmoothing = 0, ...compiling } = options;
  const { model, parameters, buffers } = network;
  if (!(Number.isInteger(batchSize) && batchSize >= 1)) {
    throw new GraphError(`${model.name}: batchSize = ${batchSize}: expected a whole number of at least 1`);
  }
  const images = input(IMAGES, [batchSize, ...model.imageShape]);
  const graph = model.apply(images, { training: true });
  const loss = crossEntropy(graph.logits, input(LABELS, [batchSize], "int32"), { labelSmoothing });
  const names = Object.keys(graph.parameters);
  const slopes = gradients(loss, Object.values(graph.parameters));
  const outputs: Record<string, Tensor> = { [LOSS]: loss };
  for (const [i, name] of names.entries()) outputs[gradientOf(name)] = slopes[i] as Tensor;
  for (const [name, tensor] of Object.entries(graph.updates)) outputs[updateOf(name)] = tensor;
  const program = await compile(outputs, compiling);

  return {
    async run(pixels, labels) {
      checkLabels(model.name, labels, model.classes);
      // Views are taken anew: the arena may have grown.
      const views = names.map((name) => [name, parameters.value(name) as Float32Array] as const);
      const into = names.map((name) => [gradientOf(name), parameters.gradient(name) as Float32Array] as const);
      const feeds = { [IMAGES]: pixels, [LABELS]: labels, ...Object.fromEntries(views) };
      // Batch norm in training reads no running statistics but those that it brings up to date.
      const results = await program.run({ ...feeds, ...buffers }, Object.fromEntries(into));
      const value = (results[LOSS] as Float32Array)[0] as number;
      if (!Number.isFinite(value)) checkImages(model.name, pixels);
      for (const name of Object.keys(graph.updates)) buffers[name]?.set(results[updateOf(name)] as Float32Array);
      return value;
    },
    dispose: () => program.dispose(),
  };
}

const IMAGES = "images";
const LABELS = "labels";
const LOSS = "loss";
const gradientOf = (name: string): string => `gradient of ${name}`;
const updateOf = (name: string): string => `next ${name}`;

function checkLabels(owner: string, labels: Int32Array, classes: number): void {
  const index = labels.findIndex((label) => label < 0 || label >= classes);
  if (index === -1) return;
  throw new GraphError(
    `${owner}: the label of image ${index} is ${labels[index]}: expected a class, 0 to ${classes - 1}`,
  );
}

function checkImages(owner: string, pixels: Float32Array): void {
  const index = pixels.findIndex((pixel) => !Number.isFinite(pixel));
  if (index === -1) return;
  throw new GraphError(`${owner}: the images have ${pixels[index]} at index ${index}: expected finite numbers`);
}
