import type { ImageShape } from "@downhill/optim/image";
import { input } from "../core/input.ts";
import { sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import { add } from "../ops/add.ts";
import { mul } from "../ops/mul.ts";
import { matchesName, type NameMatch } from "./name-match.ts";
import { type LayerRecord, Scope, type Variable } from "./scope.ts";

/** Builds the layers of a model: from images [batch, channels, height, width] to logits [batch, classes]. */
export type Forward = (scope: Scope, images: Tensor) => Tensor;

/** Graph of a model for one batch size. */
export interface ModelGraph {
  /** [batch, classes] */
  readonly logits: Tensor;
  /** Inputs that are parameters, by name. */
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** Inputs that are buffers, by name. */
  readonly buffers: Readonly<Record<string, Tensor>>;
  /** New values of buffers after a training step, by name; empty in inference mode. */
  readonly updates: Readonly<Record<string, Tensor>>;
  /**
   * Statistics of the batch in training mode, keyed by the buffer that averages them: `measureBatchNorm` writes their
   * mean over many batches into it.
   */
  readonly statistics: Readonly<Record<string, Tensor>>;
  /** Layers with parameters, in the order of the forward pass. */
  readonly layers: readonly LayerRecord[];
}

/** A model: its image shape, classes and variables, and functions that build its graph and its initial values. */
export interface Model {
  readonly name: string;
  readonly imageShape: ImageShape;
  readonly classes: number;
  /** Trained variables, in the order of creation, as in PyTorch. */
  readonly parameters: readonly Variable[];
  /** Untrained variables, such as running statistics. */
  readonly buffers: readonly Variable[];
  /** Builds the graph for images [batch, ...imageShape]. */
  apply(images: Tensor, options?: ApplyOptions): ModelGraph;
  /** Returns initial values of all parameters and buffers, by name. */
  initialize(seed: number): Record<string, Float32Array>;
}

export interface ApplyOptions {
  /** Training mode: batch norm uses the statistics of the batch and updates the running ones, and dropout is on. Default false. */
  readonly training?: boolean;
  /** Random seed of dropout; default 0. */
  readonly seed?: number;
  /** Parameters that are trained; default all. Batch norm without any of them normalizes as in inference. */
  readonly trains?: NameMatch | undefined;
}

/**
 * Defines a model by its forward pass.
 * @throws GraphError for an invalid image shape or number of classes, or logits of the wrong shape
 */
export function defineModel(name: string, imageShape: ImageShape, classes: number, forward: Forward): Model {
  check(name, imageShape, classes);
  const apply: Model["apply"] = (images, { training = false, seed = 0, trains } = {}) => {
    if (images.rank !== 4 || !sameShape(images.shape.slice(1), imageShape)) {
      throw new GraphError(`${name}: images ${showShape(images.shape)}. Expected [batch, ${imageShape.join(", ")}].`);
    }
    const scope = new Scope(training, seed, (path) => trains === undefined || matchesName(trains, path));
    const logits = forward(scope, images);
    return {
      logits,
      parameters: tensorsOf(scope.parameters),
      buffers: tensorsOf(scope.buffers),
      updates: Object.fromEntries(scope.updates),
      statistics: Object.fromEntries([...scope.statistics].map(([name, all]) => [name, meanOf(all)])),
      layers: scope.layers,
    };
  };
  const scope = new Scope(false);
  const logits = forward(scope, input("images", [1, ...imageShape]));
  if (!sameShape(logits.shape, [1, classes])) {
    throw new GraphError(
      `${name}: the logits of one image have the shape ${showShape(logits.shape)}. Expected [1, ${classes}].`,
    );
  }
  const parameters = [...scope.parameters.values()].map(withoutTensor);
  const buffers = [...scope.buffers.values()].map(withoutTensor);
  return {
    name,
    imageShape,
    classes,
    parameters,
    buffers,
    apply,
    initialize: (seed) =>
      Object.fromEntries(
        [...parameters, ...buffers].map((variable) => [
          variable.name,
          variable.initializer(variable.shape, seed, variable.name),
        ]),
      ),
  };
}

/** Mean of a statistic over the applications of a layer. */
const meanOf = ([first, ...others]: readonly Tensor[]): Tensor =>
  others.length === 0 ? (first as Tensor) : mul(others.reduce(add, first as Tensor), 1 / (others.length + 1));

type WithTensor = Variable & { readonly tensor: Tensor };

const withoutTensor = ({ tensor, ...variable }: WithTensor): Variable => variable;

const tensorsOf = (variables: ReadonlyMap<string, WithTensor>): Record<string, Tensor> =>
  Object.fromEntries([...variables].map(([name, { tensor }]) => [name, tensor]));

function check(name: string, imageShape: ImageShape, classes: number): void {
  const whole = (size: unknown): boolean => typeof size === "number" && Number.isInteger(size) && size >= 1;
  if (!Array.isArray(imageShape) || imageShape.length !== 3 || !imageShape.every(whole)) {
    throw new GraphError(`${name}: image shape ${JSON.stringify(imageShape)}. Expected [channels, height, width].`);
  }
  if (!whole(classes)) throw new GraphError(`${name}: classes = ${classes}. Expected a whole number of at least 1.`);
}
