import type { CompileOptions, Lowering } from "../compile/compile.ts";
import { checkCount } from "../core/check.ts";
import type { DeviceName } from "../devices/device-name.ts";
import { checkNetwork, checkOptions } from "../model/check-network.ts";
import { type Network, parameterValues } from "../model/network.ts";
import { STEP } from "../model/scope.ts";
import { trainedNames } from "../model/trained.ts";
import { type BatchOptions, type BatchRest, type BatchSpec, batchFeeds, explainLoss } from "./batch-feeds.ts";
import { BatchPrograms } from "./batch-programs.ts";
import { CORRECT, LOSS, objectiveOf } from "./objective.ts";
import type { BatchArguments, ClassLabels, TargetShapes } from "./targets.ts";
import {
  compilingOf,
  gradientOutput,
  metricsIn,
  nextOutput,
  numberIn,
  type TrainingGraphOptions,
  trainingGraph,
} from "./training-graph.ts";

export type { BatchOptions, Mix } from "./batch-feeds.ts";

export interface TrainingStepOptions<
  Name extends string = string,
  T extends TargetShapes = TargetShapes,
  M extends string = string,
> extends CompileOptions,
    TrainingGraphOptions<Name, T, M> {
  /** Batch size to compile for immediately. A program for another batch size is compiled at its first use. */
  readonly batchSize: number;
  /** Other batch sizes whose variants are chosen immediately if `variants` records them. Default none. */
  readonly laterSizes?: readonly number[];
}

/** Loss, metrics and correct count of one batch. */
export interface TrainingResult<M extends string = string> {
  /** Value of the loss; that of a classifier is the mean over the batch. */
  readonly loss: number;
  /**
   * Number of images with the correct prediction; for mixed images, the class in `labels` counts. NaN if there is no
   * int32 target `labels`, or the output is not [batch, classes].
   */
  readonly correct: number;
  /** Values of the metrics by name. */
  readonly metrics: Readonly<Record<M, number>>;
}

/** A compiled training step: computes the loss and the gradients of batches. */
export interface TrainingStep<T extends TargetShapes = TargetShapes, M extends string = string> {
  readonly device: DeviceName;
  /** A sentence that explains the choice of the device. */
  readonly deviceReason: string;
  /** Form of convolutions. */
  readonly lowering: Lowering;
  /**
   * Runs one batch: writes gradients to the network's arena and updates running statistics. An updater's `step()` may
   * follow; parameters that the step does not train must be in a frozen group of its optimizer.
   * @param images [batch, ...imageShape]: bytes if the step normalizes them, otherwise numbers
   * @param rest targets: arrays [batch, ...shape] by name, or the class of each image, from 0; then options
   * @throws GraphError for arrays of the wrong type or size, a missing or unknown target, a label out of range, or an
   * image with a NaN
   */
  run(images: Float32Array | Uint8Array, ...rest: BatchArguments<T, BatchOptions>): Promise<TrainingResult<M>>;
  dispose(): Promise<void>;
}

/**
 * Compiles the training step of a network.
 * @throws GraphError for a loss that is no single number, or does not depend on each trained parameter
 * @example
 * const step = await compileTrainingStep(network, { batchSize: 64, trains: /^fc\./ }); // only the last layer
 * const groups = [{ match: (name: string) => !/^fc\./.test(name), frozen: true }];
 * const updater = adamw({ lr: 1e-3 }, { groups }).bind(network.parameters);
 * @example
 * const regression = await compileTrainingStep(network, {
 *   batchSize: 64,
 *   targets: { angle: [1] },
 *   loss: ({ output, angle }) => ops.mse(output, angle),
 *   metrics: { error: ({ output, angle }) => ops.mean(ops.abs(ops.sub(output, angle))) },
 * });
 * const { loss, metrics } = await regression.run(images, { angle: new Float32Array(64) });
 */
export async function compileTrainingStep<
  Name extends string = string,
  T extends TargetShapes = ClassLabels,
  M extends string = never,
>(network: Network<Name>, options: TrainingStepOptions<Name, T, M>): Promise<TrainingStep<T, M>> {
  checkNetwork("compileTrainingStep", network);
  checkOptions("compileTrainingStep", options, "{ batchSize: 32 }");
  const { batchSize, laterSizes = [], normalization, trains } = options;
  const { model, parameters, buffers } = network;
  const names = trainedNames(model, trains);
  const objective = objectiveOf(model, options);
  const programs = new BatchPrograms((count) => trainingGraph(model, count, options), compilingOf(options));
  checkCount(model.name, "batchSize", batchSize);
  // Gradients of an earlier step would otherwise remain.
  for (const { name } of model.parameters) if (!names.includes(name)) parameters.gradient(name).fill(0);
  const { device, deviceReason, lowering, inputs } = await programs.get(batchSize);
  await programs.chooseVariants(laterSizes);
  const isRandom = inputs.some(({ name }) => name === STEP);
  const spec: BatchSpec = { model, normalization, objective, isRandom };

  return {
    device,
    deviceReason,
    lowering,
    async run(images, ...rest) {
      const [targets, batchOptions]: BatchRest = rest;
      const batch = batchFeeds(spec, images, targets, batchOptions ?? {});
      const program = await programs.get(batch.count);
      const into = names.map((name) => [gradientOutput(name), parameters.gradient(name)]);
      const feeds = { ...batch.feeds, ...parameterValues(network), ...buffers };
      // The loss may use only some of the targets and parameters.
      const results = await program.run(feeds, Object.fromEntries(into), { unused: "ignore" });
      const [loss, correct] = [numberIn(results, LOSS), numberIn(results, CORRECT)];
      if (!Number.isFinite(loss)) explainLoss(spec, batch.feeds);
      for (const { name } of model.buffers) {
        const next = results[nextOutput(name)];
        if (next) buffers[name]?.set(next);
      }
      return { loss, correct, metrics: metricsIn(objective, results) as Record<M, number> };
    },
    dispose: () => programs.dispose(),
  };
}
