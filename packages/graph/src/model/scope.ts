import type { Role } from "@downhill/optim";
import { randomKey } from "@downhill/optim/random";
import { checkNumber } from "../core/check.ts";
import { input } from "../core/input.ts";
import { type Shape, sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import type { Initializer } from "./initializers.ts";

/** A tensor with state: a trained parameter, or a buffer such as a running mean. */
export interface Variable {
  readonly name: string;
  readonly shape: Shape;
  readonly initializer: Initializer;
  /** Role of a parameter in the model, by which optimizers are chosen; buffers have none. */
  readonly role?: Role;
  /** Computes initial values from the data. They replace those of the initializer. */
  readonly adapter?: Adapter;
}

/** Computes initial values from normalized images of the training data, [count, channels, height, width]. */
export type Adapter = (images: Float32Array, shape: Shape) => Float32Array;

/** Output and cost of a layer, for summaries. */
export interface LayerRecord {
  readonly name: string;
  readonly kind: string;
  readonly outputShape: Shape;
  /** Number of trained values. */
  readonly parameters: number;
  /** Multiply-adds of the forward pass for the whole batch. */
  readonly multiplyAdds: number;
}

/** Name of the input for the number of the step. */
export const STEP = "step";

export interface ScopeOptions {
  /** Random seed of dropout; default 0. */
  readonly seed?: number;
  /** Returns true for the name of a trained parameter. Default: all are trained. */
  readonly trains?: (name: string) => boolean;
  /** True if all batch norm normalizes by its running statistics, which stay unchanged. Default false. */
  readonly freezeBatchNorm?: boolean | undefined;
  /** Start of the names of inputs for parameters and buffers. Default none. */
  readonly prefix?: string;
  /** Scope of an earlier forward pass, whose variables this one shares and whose updates it continues. Default none. */
  readonly sharing?: Scope | undefined;
}

/** Collects the variables, updates and records of layers while a model builds its graph. */
export class Scope {
  readonly training: boolean;
  /** True if all batch norm normalizes by its running statistics, which stay unchanged. */
  readonly freezeBatchNorm: boolean;
  readonly parameters = new Map<string, Variable & { readonly tensor: Tensor }>();
  readonly buffers = new Map<string, Variable & { readonly tensor: Tensor }>();
  /** Values of buffers after this step, by name. */
  readonly updates = new Map<string, Tensor>();
  /** Statistics of the batch, keyed by the buffer that averages them: one for each application of a layer. */
  readonly statistics = new Map<string, readonly Tensor[]>();
  readonly layers: LayerRecord[] = [];
  readonly #seed: number;
  readonly #trains: (name: string) => boolean;
  readonly #prefix: string;
  readonly #sharing: Scope | undefined;
  /** Number of random applications by path. */
  readonly #applications = new Map<string, number>();
  #path = "";
  #step: Tensor | undefined;

  /** @param training true for training mode, false for inference */
  constructor(
    training: boolean,
    { seed = 0, trains = () => true, freezeBatchNorm = false, prefix = "", sharing }: ScopeOptions = {},
  ) {
    checkNumber("model", "seed", seed, Number.isInteger, "a whole number");
    this.training = training;
    this.freezeBatchNorm = freezeBatchNorm;
    this.#seed = seed;
    this.#trains = trains;
    this.#prefix = prefix;
    this.#sharing = sharing;
    if (!sharing) return;
    for (const [name, tensor] of sharing.updates) this.updates.set(name, tensor);
    for (const [name, tensors] of sharing.statistics) this.statistics.set(name, tensors);
    for (const [path, count] of sharing.#applications) this.#applications.set(path, count);
    this.#step = sharing.#step;
  }

  /** True if the graph trains one of the named parameters of the current path. */
  trains(...names: readonly string[]): boolean {
    return this.training && names.some((name) => this.#trains(this.path(name)));
  }

  /** Input for the number of the training step. Only graphs whose layers read it have this input. */
  get step(): Tensor {
    this.#step ??= input(STEP, [], "int32");
    return this.#step;
  }

  /** Random seed of the current path. */
  get seed(): number {
    return randomKey(this.#seed, 0, this.#path);
  }

  /** Runs a part of a model and prefixes all names in it with `name.` */
  within<T>(name: string, build: () => T): T {
    const outer = this.#path;
    this.#path = this.path(name);
    try {
      return build();
    } finally {
      this.#path = outer;
    }
  }

  /** Returns a name with the prefixes of the enclosing parts, as in PyTorch: `layer1.0.conv1.weight`. */
  path(name: string): string {
    return this.#path === "" ? name : `${this.#path}.${name}`;
  }

  /**
   * Returns the parameter of a name. Layers that use the same name share the parameter.
   * @param role role in the model; default `hidden` for at least two axes, else `bias`. The model finds which hidden
   * weights are those of its first and last layer
   * @throws GraphError if it already has another shape
   */
  parameter(name: string, shape: Shape, initializer: Initializer, role?: Role): Tensor {
    return this.#variable(this.parameters, name, shape, initializer, {
      role: role ?? (shape.length > 1 ? "hidden" : "bias"),
    });
  }

  /**
   * Returns the buffer of a name: a variable that is not trained.
   * @throws GraphError if it already has another shape
   */
  buffer(name: string, shape: Shape, initializer: Initializer, adapter?: Adapter): Tensor {
    return this.#variable(this.buffers, name, shape, initializer, adapter && { adapter });
  }

  /** Returns the value of a buffer at this place in the step: after the updates of earlier applications of a layer. */
  latest(name: string, buffer: Tensor): Tensor {
    return this.updates.get(this.path(name)) ?? buffer;
  }

  /** Sets the value of a buffer after this step. A layer that is applied again starts from `latest`. */
  update(name: string, value: Tensor): void {
    this.updates.set(this.path(name), value);
  }

  /** Records a statistic of the batch, whose mean over many batches `measureBatchNorm` writes into a buffer. */
  observe(name: string, statistic: Tensor): void {
    const path = this.path(name);
    this.statistics.set(path, [...(this.statistics.get(path) ?? []), statistic]);
  }

  /** Returns the random seed of the next application of the current path, so that each draws other numbers. */
  nextSeed(): number {
    const path = this.#path;
    const applications = this.#applications.get(path) ?? 0;
    this.#applications.set(path, applications + 1);
    return randomKey(this.#seed, applications, path);
  }

  /** Records output and cost of the layer at the current path. */
  record(kind: string, output: Tensor, parameters: number, multiplyAdds: number): void {
    this.layers.push({ name: this.#path, kind, outputShape: output.shape, parameters, multiplyAdds });
  }

  #variable(
    variables: Map<string, Variable & { readonly tensor: Tensor }>,
    name: string,
    shape: Shape,
    initializer: Initializer,
    more: Pick<Variable, "role" | "adapter"> = {},
  ): Tensor {
    const path = this.path(name);
    const known = variables.get(path);
    if (known && !sameShape(known.shape, shape)) {
      throw new GraphError(
        `two variables are named '${path}', of shapes ${showShape(known.shape)} and ${showShape(shape)}. Rename one of them.`,
      );
    }
    if (known) return known.tensor;
    const tensor = this.#shared(path, shape) ?? input(this.#prefix + path, shape);
    variables.set(path, { name: path, shape, initializer, tensor, ...more });
    return tensor;
  }

  /** Returns the tensor of a variable of the scope that this one shares. */
  #shared(path: string, shape: Shape): Tensor | undefined {
    const shared = this.#sharing?.parameters.get(path) ?? this.#sharing?.buffers.get(path);
    if (!shared || sameShape(shared.shape, shape)) return shared?.tensor;
    throw new GraphError(
      `sharing: '${path}' has the shape ${showShape(shape)}, and ${showShape(shared.shape)} in the shared graph. Expected equal shapes.`,
    );
  }
}
