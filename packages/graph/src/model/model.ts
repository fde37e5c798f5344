import type { Role } from "@downhill/optim";
import { kindOf } from "@downhill/optim/kind-of";
import { input } from "../core/input.ts";
import { type Shape, sameShape, showShape } from "../core/shape.ts";
import { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import { add } from "../ops/add.ts";
import { mul } from "../ops/mul.ts";
import { matchesName, type NameMatch } from "./name-match.ts";
import { checkLogits, outputsOf, singleOutput } from "./outputs.ts";
import { findRoles } from "./roles.ts";
import { type LayerRecord, Scope, type Variable } from "./scope.ts";

/** Builds the layers of a model with one output: from images [batch, ...imageShape] to a tensor [batch, ...]. */
export type Forward = (scope: Scope, images: Tensor) => Tensor;

/** Builds the layers of a model with several outputs: from images [batch, ...imageShape] to tensors [batch, ...]. */
export type NamedForward<Name extends string> = (scope: Scope, images: Tensor) => Readonly<Record<Name, Tensor>>;

/** Graph of a model for one batch size. */
export interface ModelGraph<Name extends string = string> {
  /** Outputs by name, [batch, ...] each. A single output is named `output`. */
  readonly outputs: Readonly<Record<Name, Tensor>>;
  /** The only output. Throws a GraphError if the model has several. */
  readonly output: Tensor;
  /** [batch, classes]. Throws a GraphError if the model has no classes. */
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

/**
 * A model: its input shape, outputs and variables, and functions that build its graph and its initial values. The type
 * parameter is the union of the names of its outputs.
 */
export interface Model<Name extends string = string> {
  readonly name: string;
  /** Shape of one image: [channels, height, width], or any other shape of a model whose input is no image. */
  readonly imageShape: Shape;
  /** Number of classes; 0 if the model is no classifier. */
  readonly classes: number;
  /** Shape of each output for one image, by name. A single output is named `output`. */
  readonly outputs: Readonly<Record<Name, Shape>>;
  /** Trained variables, in the order of creation, as in PyTorch. */
  readonly parameters: readonly Variable[];
  /** Untrained variables, such as running statistics. */
  readonly buffers: readonly Variable[];
  /** Builds the graph for images [batch, ...imageShape]. */
  apply(images: Tensor, options?: ApplyOptions): ModelGraph<Name>;
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
  /**
   * True if all batch norm normalizes by its running statistics, which stay unchanged, although its parameters are trained.
   * Default false.
   */
  readonly freezeBatchNorm?: boolean | undefined;
  /** Start of the names of the inputs for parameters and buffers, such as `"generator."`. Default none. */
  readonly prefix?: string;
  /**
   * Earlier graph, whose parameters and buffers this one shares by name. Its `updates` and `statistics` are continued, so
   * that those of the last graph are those of all. Default none.
   */
  readonly sharing?: ModelGraph | undefined;
}

/** Scopes of graphs, for graphs that share their variables. */
const scopes = new WeakMap<ModelGraph, Scope>();

/**
 * Defines a classifier by its forward pass, which returns logits [batch, classes]; or, without the number of classes, any
 * model, whose forward pass returns one tensor or several by name.
 * @param imageShape shape of one image, or of any other input of float32; cast it to int32 for an embedding
 * @throws GraphError for an invalid image shape or number of classes, or outputs of the wrong shape
 * @example
 * const autoencoder = defineModel("autoencoder", [1, 28, 28], (scope, images) => {
 *   const code = ops.relu(layers.dense(scope, "encoder", ops.flatten(images), 32));
 *   return ops.reshape(ops.sigmoid(layers.dense(scope, "decoder", code, 784)), images.shape);
 * });
 */
export function defineModel(name: string, imageShape: Shape, classes: number, forward: Forward): Model<"output">;
export function defineModel(name: string, imageShape: Shape, forward: Forward): Model<"output">;
export function defineModel<Name extends string>(
  name: string,
  imageShape: Shape,
  forward: NamedForward<Name>,
): Model<Name>;
export function defineModel(
  name: string,
  imageShape: Shape,
  ...rest: readonly [number, AnyForward] | readonly [AnyForward]
): Model {
  const [classes, forward] = rest.length === 2 ? rest : [0, rest[0]];
  check(name, imageShape, rest.length === 2 ? classes : null, forward);
  const run = (scope: Scope, images: Tensor): Record<string, Tensor> =>
    outputsOf(name, forward(scope, images), images.shape[0] as number);

  const apply: Model["apply"] = (images, options = {}) => {
    const { training = false, seed = 0, trains, freezeBatchNorm, prefix = "", sharing } = options;
    if (!(images instanceof Tensor)) throw new GraphError(`${name}: images is ${kindOf(images)}. Expected a tensor.`);
    if (!sameShape(images.shape.slice(1), imageShape) || images.rank !== imageShape.length + 1) {
      throw new GraphError(`${name}: images ${showShape(images.shape)}. Expected [batch, ${imageShape.join(", ")}].`);
    }
    const shared = sharing === undefined ? undefined : sharedScope(name, sharing);
    const isTrained = (path: string): boolean => trains === undefined || matchesName(trains, path);
    const scope = new Scope(training, { seed, trains: isTrained, freezeBatchNorm, prefix, sharing: shared });
    const outputs = run(scope, images);
    if (shared) checkShares(name, scope, shared);
    const graph: ModelGraph = {
      outputs,
      get output() {
        return singleOutput(name, outputs);
      },
      get logits() {
        if (classes > 0) return singleOutput(name, outputs);
        throw new GraphError(`${name}: the model has no classes, and so no logits. Use output or outputs.`);
      },
      parameters: tensorsOf(scope.parameters),
      buffers: tensorsOf(scope.buffers),
      updates: Object.fromEntries(scope.updates),
      statistics: Object.fromEntries([...scope.statistics].map(([name, all]) => [name, meanOf(all)])),
      layers: scope.layers,
    };
    scopes.set(graph, scope);
    return graph;
  };
  const scope = new Scope(false);
  const images = input("images", [1, ...imageShape]);
  const first = run(scope, images);
  const outputs = Object.fromEntries(Object.entries(first).map(([output, { shape }]) => [output, shape.slice(1)]));
  if (classes > 0) checkLogits(name, classes, outputs);
  const roles = findRoles(scope, images, Object.values(first));
  const parameters = [...scope.parameters.values()].map((variable) => ({
    ...withoutTensor(variable),
    role: roles.get(variable.name) as Role,
  }));
  const buffers = [...scope.buffers.values()].map(withoutTensor);
  return {
    name,
    imageShape,
    classes,
    outputs,
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

/** @throws GraphError for anything but a graph of a model */
function sharedScope(name: string, graph: ModelGraph): Scope {
  const scope = scopes.get(graph);
  if (scope) return scope;
  throw new GraphError(`${name}: sharing is no graph of a model. Expected the result of an earlier apply.`);
}

/** @throws GraphError if two graphs have no variable in common */
function checkShares(name: string, scope: Scope, shared: Scope): void {
  const names = [...scope.parameters.keys(), ...scope.buffers.keys()];
  if (names.length === 0 || names.some((one) => shared.parameters.has(one) || shared.buffers.has(one))) return;
  throw new GraphError(
    `${name}: the shared graph has none of the variables ${names.join(", ")}. Share a graph that has.`,
  );
}

type AnyForward = Forward | NamedForward<string>;

/** Mean of a statistic over the applications of a layer. */
const meanOf = ([first, ...others]: readonly Tensor[]): Tensor =>
  others.length === 0 ? (first as Tensor) : mul(others.reduce(add, first as Tensor), 1 / (others.length + 1));

type WithTensor = Variable & { readonly tensor: Tensor };

const withoutTensor = ({ tensor, ...variable }: WithTensor): Variable => variable;

const tensorsOf = (variables: ReadonlyMap<string, WithTensor>): Record<string, Tensor> =>
  Object.fromEntries([...variables].map(([name, { tensor }]) => [name, tensor]));

function check(name: string, imageShape: Shape, classes: number | null, forward: unknown): void {
  const whole = (size: unknown): boolean => typeof size === "number" && Number.isInteger(size) && size >= 1;
  if (!Array.isArray(imageShape) || imageShape.length === 0 || !imageShape.every(whole)) {
    throw new GraphError(
      `${name}: image shape ${JSON.stringify(imageShape)}. Expected sizes of at least 1, such as [channels, height, width].`,
    );
  }
  if (classes !== null && !whole(classes)) {
    throw new GraphError(
      `${name}: classes = ${classes}. Expected a whole number of at least 1. Leave it out for a model without classes.`,
    );
  }
  if (typeof forward !== "function") {
    throw new GraphError(
      `${name}: the forward pass is ${typeof forward}. Expected a function (scope, images) => tensor.`,
    );
  }
}
