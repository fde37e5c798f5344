import { randomKey } from "@downhill/optim/random";
import { input } from "../core/input.ts";
import { type Shape, sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import type { Initializer } from "./initializers.ts";

/** A tensor that a model keeps: trained (a parameter), or followed along (a buffer, such as a running mean). */
export interface Variable {
  readonly name: string;
  readonly shape: Shape;
  readonly initializer: Initializer;
  /** Its first numbers where these depend on the data; the initializer's hold until then. */
  readonly adapter?: Adapter;
}

/** Makes first numbers of some images of the training data, normalised as in training: [count, channels, height, width]. */
export type Adapter = (images: Float32Array, shape: Shape) => Float32Array;

/** What a layer did, for summaries. */
export interface LayerRecord {
  readonly name: string;
  readonly kind: string;
  readonly outputShape: Shape;
  /** Numbers that are trained. */
  readonly parameters: number;
  /** Multiplications with additions, for the whole batch, forward. */
  readonly multiplyAdds: number;
}

/** The input that the number of the step comes by. */
export const STEP = "step";

/** What layers have in common while a model's graph is made: where they put their parameters. */
export class Scope {
  readonly training: boolean;
  readonly parameters = new Map<string, Variable & { readonly tensor: Tensor }>();
  readonly buffers = new Map<string, Variable & { readonly tensor: Tensor }>();
  /** The new values of buffers, after this step. */
  readonly updates = new Map<string, Tensor>();
  readonly layers: LayerRecord[] = [];
  readonly #seed: number;
  #path = "";
  #step: Tensor | undefined;

  /** @param seed of what is random in training */
  constructor(training: boolean, seed = 0) {
    this.training = training;
    this.#seed = seed;
  }

  /** The number of the training's step: an input of graphs whose layers ask for it. */
  get step(): Tensor {
    this.#step ??= input(STEP, [], "int32");
    return this.#step;
  }

  /** A seed for what is random at the current path, and nowhere else. */
  get seed(): number {
    return randomKey(this.#seed, 0, this.#path);
  }

  /** Runs a part of a model whose names all begin with `name.` */
  within<T>(name: string, build: () => T): T {
    const outer = this.#path;
    this.#path = this.path(name);
    try {
      return build();
    } finally {
      this.#path = outer;
    }
  }

  /** A name with those of the parts around it, as PyTorch writes them: `layer1.0.conv1.weight`. */
  path(name: string): string {
    return this.#path === "" ? name : `${this.#path}.${name}`;
  }

  /** A tensor to train. A name used twice is the same parameter, if the shape is the same. */
  parameter(name: string, shape: Shape, initializer: Initializer): Tensor {
    return this.#variable(this.parameters, name, shape, initializer);
  }

  /** A tensor that is kept from step to step and not trained. */
  buffer(name: string, shape: Shape, initializer: Initializer, adapter?: Adapter): Tensor {
    return this.#variable(this.buffers, name, shape, initializer, adapter);
  }

  /** Says what a buffer is after this step. */
  update(name: string, value: Tensor): void {
    this.updates.set(this.path(name), value);
  }

  /** Notes what the layer at the current path did. */
  record(kind: string, output: Tensor, parameters: number, multiplyAdds: number): void {
    this.layers.push({ name: this.#path, kind, outputShape: output.shape, parameters, multiplyAdds });
  }

  #variable(
    kept: Map<string, Variable & { readonly tensor: Tensor }>,
    name: string,
    shape: Shape,
    initializer: Initializer,
    adapter?: Adapter,
  ): Tensor {
    const path = this.path(name);
    const known = kept.get(path);
    if (known && !sameShape(known.shape, shape)) {
      throw new GraphError(`two parameters are named '${path}': ${showShape(known.shape)} and ${showShape(shape)}`);
    }
    if (known) return known.tensor;
    const tensor = input(path, shape);
    kept.set(path, { name: path, shape, initializer, tensor, ...(adapter && { adapter }) });
    return tensor;
  }
}
