import type { CompileOptions, Lowering } from "../compile/compile.ts";
import { checkCount } from "../core/check.ts";
import type { DeviceName } from "../devices/device-name.ts";
import { type Network, parameterValues } from "../model/network.ts";
import { STEP } from "../model/scope.ts";
import { trainedNames } from "../model/trained.ts";
import { type BatchOptions, type BatchSpec, batchFeeds, checkFinite } from "./batch-feeds.ts";
import { BatchPrograms } from "./batch-programs.ts";
import {
  CORRECT,
  gradientOutput,
  LOSS,
  nextOutput,
  numberIn,
  type TrainingGraphOptions,
  trainingGraph,
} from "./training-graph.ts";

export type { BatchOptions, Mix } from "./batch-feeds.ts";

export interface TrainingStepOptions extends CompileOptions, TrainingGraphOptions {
  /** Batch size to compile for immediately. A program for another batch size is compiled at its first use. */
  readonly batchSize: number;
  /** Other batch sizes whose variants are chosen immediately if `variants` records them. Default none. */
  readonly laterSizes?: readonly number[];
}

/** Loss and correct count of one batch. */
export interface TrainingResult {
  /** Mean over the batch. */
  readonly loss: number;
  /** Number of images with the correct prediction; for mixed images, the class in `labels` counts. */
  readonly correct: number;
}

/** A compiled training step: computes the loss and the gradients of batches. */
export interface TrainingStep {
  readonly device: DeviceName;
  /** A sentence that explains the choice of the device. */
  readonly deviceReason: string;
  /** Form of convolutions. */
  readonly lowering: Lowering;
  /**
   * Runs one batch: writes gradients to the network's arena and updates running statistics. An updater's `step()` may
   * follow; parameters that the step does not train must be in a frozen group of its optimizer.
   * @param images [batch, ...imageShape]: bytes if the step normalizes them, otherwise numbers
   * @param labels class of each image, from 0
   * @throws GraphError for arrays of the wrong type or size, a label out of range, or an image with a NaN
   */
  run(images: Float32Array | Uint8Array, labels: Int32Array, options?: BatchOptions): Promise<TrainingResult>;
  dispose(): Promise<void>;
}

/**
 * Compiles the training step of a network.
 * @example
 * const step = await compileTrainingStep(network, { batchSize: 64, trains: /^fc\./ }); // only the last layer
 * const groups = [{ match: (name: string) => !/^fc\./.test(name), frozen: true }];
 * const updater = adamw({ lr: 1e-3 }, { groups }).bind(network.parameters);
 */
export async function compileTrainingStep(network: Network, options: TrainingStepOptions): Promise<TrainingStep> {
  const {
    batchSize,
    laterSizes = [],
    labelSmoothing = 0,
    normalization,
    mixed = false,
    seed = 0,
    trains,
    ...compiling
  } = options;
  const { model, parameters, buffers } = network;
  const names = trainedNames(model, trains);
  const graph = { labelSmoothing, mixed, seed, trains, ...(normalization ? { normalization } : {}) };
  const programs = new BatchPrograms((count) => trainingGraph(model, count, graph), compiling);
  checkCount(model.name, "batchSize", batchSize);
  // Gradients of an earlier step would otherwise remain.
  for (const { name } of model.parameters) if (!names.includes(name)) parameters.gradient(name).fill(0);
  const { device, deviceReason, lowering, inputs } = await programs.get(batchSize);
  await programs.chooseVariants(laterSizes);
  const isRandom = inputs.some(({ name }) => name === STEP);
  const spec: BatchSpec = { model, normalization, mixed, isRandom };

  return {
    device,
    deviceReason,
    lowering,
    async run(images, labels, batchOptions = {}) {
      const batch = batchFeeds(spec, images, labels, batchOptions);
      const program = await programs.get(labels.length);
      const into = names.map((name) => [gradientOutput(name), parameters.gradient(name)]);
      const feeds = { ...batch, ...parameterValues(network), ...buffers };
      const results = await program.run(feeds, Object.fromEntries(into));
      const [loss, correct] = [numberIn(results, LOSS), numberIn(results, CORRECT)];
      if (!Number.isFinite(loss)) checkFinite(model, images);
      for (const { name } of model.buffers) {
        const next = results[nextOutput(name)];
        if (next) buffers[name]?.set(next);
      }
      return { loss, correct };
    },
    dispose: () => programs.dispose(),
  };
}
