import type { Normalization } from "@downhill/optim/image";
import type { CompileOptions, Program } from "../compile/compile.ts";
import { checkCount } from "../core/check.ts";
import { sizeOf } from "../core/shape.ts";
import type { Values } from "../core/values.ts";
import { checkNetwork, checkOptions } from "../model/check-network.ts";
import type { Model } from "../model/model.ts";
import { type Network, parameterValues } from "../model/network.ts";
import { singleOutput } from "../model/outputs.ts";
import { countImages, IMAGES, imagesOf } from "./batch.ts";
import { type BatchTargets, targetFeeds } from "./batch-feeds.ts";
import { BatchPrograms } from "./batch-programs.ts";
import { CORRECT, LOSS, type Objective, type ObjectiveOptions, objectiveOf } from "./objective.ts";
import type { BatchArguments, ClassLabels, TargetShapes } from "./targets.ts";
import { metricsIn, numberIn } from "./training-graph.ts";
import type { TrainingResult } from "./training-step.ts";

export interface EvaluationOptions<
  Name extends string = string,
  T extends TargetShapes = TargetShapes,
  M extends string = string,
> extends CompileOptions,
    Omit<ObjectiveOptions<Name, T, M>, "mixed"> {
  /** Maximum batch size, for which a program is compiled immediately. More images run in several batches. */
  readonly batchSize: number;
  /** Other batch sizes whose variants are chosen immediately if `variants` records them. Default none. */
  readonly laterSizes?: readonly number[];
  /** Makes the graph normalize images of bytes, 0 to 255. Without it, images are normalized numbers. Default none. */
  readonly normalization?: Normalization;
}

/** Loss, metrics, correct count and outputs of images with targets. */
export interface Measurement<Name extends string = string, M extends string = string> extends TrainingResult<M> {
  /** Outputs by name, [count, ...shape] each. */
  readonly outputs: Readonly<Record<Name, Float32Array>>;
}

/** A compiled forward pass in inference mode: batch norm uses its running statistics, and dropout is off. */
export interface Evaluation<
  Name extends string = string,
  T extends TargetShapes = TargetShapes,
  M extends string = string,
> {
  readonly model: Model<Name>;
  /** Names of the targets that `measure` takes. */
  readonly targets: readonly string[];
  /** True if it was compiled with a loss or metrics of its own. */
  readonly hasOwnLoss: boolean;
  /**
   * Computes the output of images with the current weights of the network.
   * @param images [count, ...imageShape], any number of them
   * @returns numbers [count, ...shape of the output], such as the logits [count, classes] of a classifier
   * @throws GraphError for an array of the wrong type or size, or a model with several outputs
   */
  run(images: Float32Array | Uint8Array): Promise<Float32Array>;
  /**
   * Computes all outputs of images by name, with the current weights of the network.
   * @param images [count, ...imageShape], any number of them
   * @throws GraphError for an array of the wrong type or size
   */
  outputs(images: Float32Array | Uint8Array): Promise<Readonly<Record<Name, Float32Array>>>;
  /**
   * Computes the loss and the metrics of images with targets, with the current weights of the network. More images than
   * the batch size run in several batches; their losses and metrics are averaged by the numbers of images, which is
   * exact for means over the images. The loss is NaN if there are only metrics, for a model without a default loss.
   * @param images [count, ...imageShape], any number of them
   * @param rest targets: arrays [count, ...shape] by name, or the class of each image, from 0
   * @throws GraphError for arrays of the wrong type or size, a missing or unknown target, or a label out of range
   */
  measure(images: Float32Array | Uint8Array, ...rest: BatchArguments<T, undefined>): Promise<Measurement<Name, M>>;
  dispose(): Promise<void>;
}

/**
 * Compiles the forward pass of a network in inference mode, for evaluations and predictions.
 * @example
 * const evaluation = await compileEvaluation(network, { batchSize: 256, normalization: { mean: [0.29], std: [0.35] } });
 * const logits = await evaluation.run(images);
 * const { loss, correct } = await evaluation.measure(images, labels);
 */
export async function compileEvaluation<
  Name extends string = string,
  T extends TargetShapes = ClassLabels,
  M extends string = never,
>(network: Network<Name>, options: EvaluationOptions<Name, T, M>): Promise<Evaluation<Name, T, M>> {
  checkNetwork("compileEvaluation", network);
  checkOptions("compileEvaluation", options, "{ batchSize: 32 }");
  const { batchSize, laterSizes = [], normalization, ...rest } = options;
  const { targets, loss, metrics, labelSmoothing, classWeights, ...compiling } = rest;
  const { model, buffers } = network;
  checkCount(model.name, "batchSize", batchSize);
  const names = Object.keys(model.outputs);
  const measures = loss !== undefined || metrics !== undefined || targets !== undefined;
  const objective = measures || model.classes > 0 ? objectiveOf(model, options, metrics !== undefined) : null;
  const forward = new BatchPrograms((count) => {
    const graph = model.apply(imagesOf(model, count, normalization));
    return outputsByName(graph.outputs);
  }, compiling);
  const measuring = new BatchPrograms((count) => {
    const images = imagesOf(model, count, normalization);
    const graph = model.apply(images);
    const { loss, others } = (objective as Objective).build(graph, images, count);
    return { ...outputsByName(graph.outputs), ...(loss && { [LOSS]: loss }), ...others };
  }, compiling);
  const eager = measures ? measuring : forward;
  await eager.get(batchSize);
  await eager.chooseVariants(laterSizes);

  /** Runs batches, and passes the numbers that they return to a listener. */
  async function runAll(
    programs: BatchPrograms,
    images: Float32Array | Uint8Array,
    targets: Readonly<Record<string, Values>>,
    listen: (results: Readonly<Record<string, Float32Array>>, count: number) => void,
  ): Promise<Record<string, Float32Array>> {
    const count = countImages(model, images, normalization);
    const outputs = Object.fromEntries(
      Object.entries<readonly number[]>(model.outputs).map(([name, shape]) => [
        name,
        new Float32Array(count * sizeOf(shape)),
      ]),
    );
    const rows = (values: Values, from: number, to: number): Values => {
      const size = values.length / count;
      return values.subarray(from * size, to * size);
    };
    for (let from = 0; from < count; from += batchSize) {
      const to = Math.min(count, from + batchSize);
      const program: Program = await programs.get(to - from);
      const batch = Object.entries({ [IMAGES]: images, ...targets }).map(([name, all]) => [name, rows(all, from, to)]);
      const feeds = { ...Object.fromEntries(batch), ...parameterValues(network), ...buffers };
      const into = names.map((name) => [outputOf(name), rows(outputs[name] as Float32Array, from, to)]);
      listen(await program.run(feeds, Object.fromEntries(into), { unused: "ignore" }), to - from);
    }
    return outputs;
  }

  const evaluation: Evaluation<Name, T, M> = {
    model,
    targets: objective?.targets.map(({ name }) => name) ?? [],
    hasOwnLoss: typeof loss === "function" || metrics !== undefined,
    async run(images) {
      singleOutput(model.name, model.outputs);
      return singleOutput(model.name, await runAll(forward, images, {}, () => {}));
    },
    outputs: async (images) => (await runAll(forward, images, {}, () => {})) as Record<Name, Float32Array>,
    async measure(images, ...rest) {
      const [targets]: [targets?: BatchTargets, options?: undefined] = rest;
      const checked = objective ?? objectiveOf(model, options);
      const count = countImages(model, images, normalization);
      const values = targetFeeds({ model, objective: checked }, targets, count);
      const total = { loss: 0, correct: 0, metrics: Object.fromEntries(checked.metrics.map((name) => [name, 0])) };
      const outputs = await runAll(measuring, images, values, (results, part) => {
        total.loss += (part / count) * numberIn(results, LOSS);
        total.correct += numberIn(results, CORRECT);
        for (const [name, value] of Object.entries(metricsIn(checked, results))) {
          total.metrics[name] = (total.metrics[name] ?? 0) + (part / count) * value;
        }
      });
      return { ...total, outputs } as Measurement<Name, M>;
    },
    async dispose() {
      await forward.dispose();
      await measuring.dispose();
    },
  };
  return evaluation;
}

/** Name of an output in the program; targets and metrics have names of their own. */
const outputOf = (name: string): string => `output ${name}`;

const outputsByName = <T>(outputs: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [outputOf(name), tensor]));
