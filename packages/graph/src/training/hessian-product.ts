import type { CompileOptions } from "../compile/compile.ts";
import { checkCount } from "../core/check.ts";
import { gradientsWhere } from "../core/gradients.ts";
import { input } from "../core/input.ts";
import type { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import { checkNetwork, checkOptions } from "../model/check-network.ts";
import type { Model } from "../model/model.ts";
import { type Network, parameterValues } from "../model/network.ts";
import { STEP } from "../model/scope.ts";
import { trainedNames } from "../model/trained.ts";
import { add } from "../ops/add.ts";
import { mul } from "../ops/mul.ts";
import { sum } from "../ops/sum.ts";
import { type BatchOptions, type BatchRest, type BatchSpec, batchFeeds } from "./batch-feeds.ts";
import { BatchPrograms } from "./batch-programs.ts";
import { LOSS, objectiveOf } from "./objective.ts";
import type { BatchArguments, ClassLabels, TargetShapes } from "./targets.ts";
import { compilingOf, gradientOutput, numberIn, type TrainingGraphOptions, trainingGraph } from "./training-graph.ts";

export interface HessianProductOptions<Name extends string = string, T extends TargetShapes = TargetShapes>
  extends CompileOptions,
    Omit<TrainingGraphOptions<Name, T, never>, "metrics" | "mixed"> {
  /** Batch size to compile for immediately. A program for another batch size is compiled at its first use. */
  readonly batchSize: number;
}

/** Product of the Hessian of a batch's loss with a direction. */
export interface HessianProductResult {
  /** Loss of the batch. */
  readonly loss: number;
  /** Product by parameter name; zeros for parameters in which the loss is linear. */
  readonly product: Readonly<Record<string, Float32Array>>;
}

/** Compiled product of the Hessian of the loss with a direction. */
export interface HessianProduct<T extends TargetShapes = TargetShapes> {
  /** Names of the trained parameters, which a direction has. */
  readonly names: readonly string[];
  /**
   * Computes the product for one batch, with the current weights of the network, which stay unchanged.
   * @param direction values by name, for each trained parameter
   * @param images [batch, ...imageShape]: bytes if the graph normalizes them, otherwise numbers
   * @param rest targets: arrays [batch, ...shape] by name, or the class of each image, from 0; then options
   * @throws GraphError for a direction or arrays of the wrong type or size, or a label out of range
   */
  run(
    direction: Readonly<Record<string, Float32Array>>,
    images: Float32Array | Uint8Array,
    ...rest: BatchArguments<T, BatchOptions>
  ): Promise<HessianProductResult>;
  dispose(): Promise<void>;
}

const directionInput = (name: string): string => `direction of ${name}`;
const productOutput = (name: string): string => `product of ${name}`;

/**
 * Compiles the product of the Hessian of the training loss with a direction: the gradient of the dot product of gradient
 * and direction (Pearlmutter 1994, https://doi.org/10.1162/neco.1994.6.1.147). It is exact but for rounding, and takes a
 * few times as long as a training step. Batch norm uses the statistics of the batch, which are differentiated too.
 * @throws GraphError for a loss that is no single number, or does not depend on each trained parameter
 * @example
 * const hessian = await compileHessianProduct(network, { batchSize: 64 });
 * const { product } = await hessian.run(direction, images, labels);
 */
export async function compileHessianProduct<Name extends string = string, T extends TargetShapes = ClassLabels>(
  network: Network<Name>,
  options: HessianProductOptions<Name, T>,
): Promise<HessianProduct<T>> {
  checkNetwork("compileHessianProduct", network);
  checkOptions("compileHessianProduct", options, "{ batchSize: 32 }");
  const { batchSize, normalization, trains } = options;
  const { model, buffers } = network;
  const names = trainedNames(model, trains);
  const objective = objectiveOf(model, options);
  const programs = new BatchPrograms((count) => productGraph(model, count, options as Options), compilingOf(options));
  checkCount(model.name, "batchSize", batchSize);
  const { inputs } = await programs.get(batchSize);
  const isRandom = inputs.some(({ name }) => name === STEP);
  const spec: BatchSpec = { model, normalization, objective, isRandom };

  return {
    names,
    async run(direction, images, ...rest) {
      const [targets, batchOptions]: BatchRest = rest;
      const batch = batchFeeds(spec, images, targets, batchOptions ?? {});
      const program = await programs.get(batch.count);
      const values = parameterValues(network);
      const feeds = { ...batch.feeds, ...values, ...buffers, ...directionFeeds(model, names, values, direction) };
      const results = await program.run(feeds, {}, { unused: "ignore" });
      const product = names.map((name) => {
        const zeros = (): Float32Array => new Float32Array(values[name]?.length ?? 0);
        return [name, results[productOutput(name)] ?? zeros()] as const;
      });
      return { loss: numberIn(results, LOSS), product: Object.fromEntries(product) };
    },
    dispose: () => programs.dispose(),
  };
}

type Options = TrainingGraphOptions<string, TargetShapes, never>;

/** Builds the loss and the products by name. */
function productGraph(model: Model, batchSize: number, options: Options): Record<string, Tensor> {
  const graph = trainingGraph(model, batchSize, options);
  const trained = trainedNames(model, options.trains);
  const shapes = new Map(model.parameters.map(({ name, shape }) => [name, shape]));
  const inputOf = (name: string, as = name): Tensor => input(as, shapes.get(name) ?? []);
  const along = trained
    .map((name) => sum(mul(graph[gradientOutput(name)] as Tensor, inputOf(name, directionInput(name)))))
    .reduce(add);
  const products = gradientsWhere(
    along,
    trained.map((name) => inputOf(name)),
  );
  return {
    [LOSS]: graph[LOSS] as Tensor,
    ...Object.fromEntries(trained.flatMap((name, i) => (products[i] ? [[productOutput(name), products[i]]] : []))),
  };
}

/** Returns the inputs of a direction. @throws GraphError for a missing parameter or a wrong size */
function directionFeeds(
  { name: model }: Model,
  names: readonly string[],
  values: Readonly<Record<string, Float32Array>>,
  direction: Readonly<Record<string, Float32Array>>,
): Record<string, Float32Array> {
  checkOptions(model, direction, "{ weight: new Float32Array(10) }", "the direction is");
  const feeds = names.map((name) => {
    const [given, size] = [direction[name], values[name]?.length];
    if (given instanceof Float32Array && given.length === size) return [directionInput(name), given] as const;
    const found = given instanceof Float32Array ? `${given.length} numbers` : "no Float32Array";
    throw new GraphError(
      `${model}: the direction has ${found} for '${name}'. Expected a Float32Array of ${size} numbers.`,
    );
  });
  return Object.fromEntries(feeds);
}
