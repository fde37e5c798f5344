import type { ImageShape } from "@downhill/optim/image";
import { input } from "../core/input.ts";
import { sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import { type LayerRecord, Scope, type Variable } from "./scope.ts";

/** Puts layers together: from images [batch, channels, height, width] to logits [batch, classes]. */
export type Forward = (scope: Scope, images: Tensor) => Tensor;

/** The part of a graph that is a model. */
export interface ModelGraph {
  /** [batch, classes] */
  readonly logits: Tensor;
  /** The inputs that are parameters, by name. */
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** The inputs that are buffers, and in training what they are after the step. */
  readonly buffers: Readonly<Record<string, Tensor>>;
  readonly updates: Readonly<Record<string, Tensor>>;
  readonly layers: readonly LayerRecord[];
}

/** A model: what it takes, what it keeps, and how to make its graph for any batch. */
export interface Model {
  readonly name: string;
  readonly imageShape: ImageShape;
  readonly classes: number;
  /** In the order of their making, which is PyTorch's. */
  readonly parameters: readonly Variable[];
  readonly buffers: readonly Variable[];
  /** The graph for images [batch, ...imageShape]. */
  apply(images: Tensor, options?: ApplyOptions): ModelGraph;
  /** New values of all parameters and buffers, by name. */
  initialize(seed: number): Record<string, Float32Array>;
}

export interface ApplyOptions {
  /** Batch norm uses and follows the batch's statistics, and dropout drops; default false. */
  readonly training?: boolean;
  /** Of what is random in training; default 0. */
  readonly seed?: number;
}

/** Makes a model of a function of layers. */
export function defineModel(name: string, imageShape: ImageShape, classes: number, forward: Forward): Model {
  check(name, imageShape, classes);
  const apply: Model["apply"] = (images, { training = false, seed = 0 } = {}) => {
    if (images.rank !== 4 || !sameShape(images.shape.slice(1), imageShape)) {
      throw new GraphError(`${name}: images ${showShape(images.shape)}: expected [batch, ${imageShape.join(", ")}]`);
    }
    const scope = new Scope(training, seed);
    const logits = forward(scope, images);
    return {
      logits,
      parameters: tensorsOf(scope.parameters),
      buffers: tensorsOf(scope.buffers),
      updates: Object.fromEntries(scope.updates),
      layers: scope.layers,
    };
  };
  const scope = new Scope(false);
  const logits = forward(scope, input("images", [1, ...imageShape]));
  if (!sameShape(logits.shape, [1, classes])) {
    throw new GraphError(`${name}: its result for one image is ${showShape(logits.shape)}: expected [1, ${classes}]`);
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

type WithTensor = Variable & { readonly tensor: Tensor };

const withoutTensor = ({ tensor, ...variable }: WithTensor): Variable => variable;

const tensorsOf = (variables: ReadonlyMap<string, WithTensor>): Record<string, Tensor> =>
  Object.fromEntries([...variables].map(([name, { tensor }]) => [name, tensor]));

function check(name: string, imageShape: ImageShape, classes: number): void {
  const whole = (size: unknown): boolean => Number.isInteger(size) && (size as number) >= 1;
  if (!Array.isArray(imageShape) || imageShape.length !== 3 || !imageShape.every(whole)) {
    throw new GraphError(`${name}: image shape ${JSON.stringify(imageShape)}: expected [channels, height, width]`);
  }
  if (!whole(classes)) throw new GraphError(`${name}: classes = ${classes}: expected a whole number of at least 1`);
}
