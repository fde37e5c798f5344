import type { Normalization } from "@downhill/optim/image";
import type { CompileOptions } from "../compile/compile.ts";
import { gradientsWhere } from "../core/gradients.ts";
import { at } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import type { Model } from "../model/model.ts";
import type { NameMatch } from "../model/name-match.ts";
import { trainedNames } from "../model/trained.ts";
import { imagesOf } from "./batch.ts";
import { LOSS, metricOutput, type Objective, type ObjectiveOptions, objectiveOf } from "./objective.ts";
import type { ClassLabels, TargetShapes } from "./targets.ts";

export interface TrainingGraphOptions<
  Name extends string = string,
  T extends TargetShapes = TargetShapes,
  M extends string = string,
> extends ObjectiveOptions<Name, T, M> {
  /** Makes the graph normalize images of bytes, 0 to 255. Without it, images are normalized numbers. Default none. */
  readonly normalization?: Normalization;
  /** Random seed of dropout's masks; default 0. */
  readonly seed?: number;
  /**
   * Parameters to train; default all. Gradients of the others are not computed, and batch norm without a trained
   * parameter normalizes by its running statistics, which stay unchanged.
   */
  readonly trains?: NameMatch | undefined;
  /**
   * True if all batch norm normalizes by its running statistics, which stay unchanged, although its parameters are trained: for
   * pretrained networks and small batches. Default false.
   */
  readonly freezeBatchNorm?: boolean | undefined;
}

/** Options of a step, of which some belong to the compiler. */
type StepOptions<Name extends string, T extends TargetShapes, M extends string> = CompileOptions &
  TrainingGraphOptions<Name, T, M> & { readonly batchSize: number; readonly laterSizes?: readonly number[] };

/** Returns the options of the compiler among those of a step. */
export function compilingOf<Name extends string, T extends TargetShapes, M extends string>(
  options: StepOptions<Name, T, M>,
): CompileOptions {
  const { batchSize, laterSizes, targets, loss, metrics, classWeights, labelSmoothing, mixed, ...others } = options;
  const { normalization, seed, trains, freezeBatchNorm, ...compiling } = others;
  return compiling;
}

export const gradientOutput = (name: string): string => `gradient of ${name}`;
export const nextOutput = (name: string): string => `next ${name}`;

/** Reads an output of a single number; NaN if it is missing. */
export const numberIn = (results: Readonly<Record<string, Float32Array>>, name: string): number =>
  results[name]?.[0] ?? Number.NaN;

/** Reads the values of the metrics by name. */
export const metricsIn = (
  { metrics }: Objective,
  results: Readonly<Record<string, Float32Array>>,
): Record<string, number> => Object.fromEntries(metrics.map((name) => [name, numberIn(results, metricOutput(name))]));

/**
 * Builds the graph of a training step for one batch size.
 *
 * - Inputs: `images`, the targets, and the parameters and buffers by name; `other labels` and `share` if images are
 *   mixed; `step` if a layer is random.
 * - Outputs: `loss`, `correct` if there are class labels, `metric NAME` for each metric, `gradient of NAME` for each
 *   trained parameter and `next NAME` for each buffer that changes.
 * @throws GraphError if the loss is no single number, or does not depend on each trained parameter
 */
export function trainingGraph<
  Name extends string = string,
  T extends TargetShapes = ClassLabels,
  M extends string = never,
>(model: Model<Name>, batchSize: number, options: TrainingGraphOptions<Name, T, M> = {}): Record<string, Tensor> {
  const { normalization, seed = 0, trains, freezeBatchNorm } = options;
  const objective = objectiveOf(model, options);
  const images = imagesOf(model, batchSize, normalization);
  const graph = model.apply(images, { training: true, seed, trains, freezeBatchNorm });
  const built = objective.build(graph, images, batchSize);
  const loss = built.loss as Tensor;
  const names = trainedNames(model, trains);
  const grads = lossGradients(model.name, loss, names, graph.parameters);
  return {
    [LOSS]: loss,
    ...built.others,
    ...Object.fromEntries(names.map((name, i) => [gradientOutput(name), at(grads, i)])),
    ...Object.fromEntries(Object.entries(graph.updates).map(([name, tensor]) => [nextOutput(name), tensor])),
  };
}

/**
 * Builds the gradients of a loss by the trained parameters.
 * @throws GraphError if the loss does not depend on one of them through differentiable ops
 */
export function lossGradients(
  model: string,
  loss: Tensor,
  names: readonly string[],
  parameters: Readonly<Record<string, Tensor>>,
): Tensor[] {
  const found = gradientsWhere(
    loss,
    names.map((name) => parameters[name] as Tensor),
  );
  const unreached = names.filter((_, i) => found[i] === null);
  if (unreached.length === 0) return found as Tensor[];
  if (unreached.length === names.length) {
    throw new GraphError(
      `${model}: the loss depends on no trained parameter through differentiable ops. Compute it from an output of the model.`,
    );
  }
  const more = unreached.length > 4 ? ` and ${unreached.length - 3} more` : "";
  const shown = unreached.slice(0, more ? 3 : 4).map((name) => `'${name}'`);
  throw new GraphError(
    `${model}: the loss does not depend on ${shown.join(", ")}${more}. Use each trained parameter in the loss, or exclude it with trains.`,
  );
}
