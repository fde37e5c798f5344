import { Parameters } from "@downhill/optim";
import { defined } from "@downhill/optim/defined";
import { checkNumber } from "../core/check.ts";
import { acceptsSharedMemory } from "../devices/shared-memory.ts";
import { GraphError } from "../error.ts";
import { checkModel } from "./check-network.ts";
import type { Model } from "./model.ts";
import { rolesOf } from "./roles.ts";

/** A model with the values of its variables. The type parameter is the union of the names of the model's outputs. */
export interface Network<Name extends string = string> {
  readonly model: Model<Name>;
  /** Values and gradients of the parameters, in one arena to which an optimizer is bound. */
  readonly parameters: Parameters;
  /** Values of the buffers, such as the running statistics of batch norm, by name. */
  readonly buffers: Readonly<Record<string, Float32Array>>;
}

export interface NetworkOptions {
  /** Random seed, a whole number; default 0. */
  readonly seed?: number;
  /**
   * Number of optimizer states per parameter that fit into the memory of the parameters; default 8. Adam has two. Views
   * of values and gradients are detached when the states of all updaters need more.
   */
  readonly reserve?: number;
  /**
   * Number of threads that apply the updates of optimizers. Results do not depend on it. Default 1. More than one has an
   * effect from a million parameters up, in Node from 22.21 and 24.9 on, where ONNX Runtime accepts shared memory.
   */
  readonly threads?: number;
}

/**
 * Creates a network with the initial values of a model. Equal seeds give equal values.
 * @throws GraphError for a model without parameters
 */
export function createNetwork<Name extends string>(
  model: Model<Name>,
  { seed = 0, reserve, threads = 1 }: NetworkOptions = {},
): Network<Name> {
  checkModel("createNetwork", model);
  checkNumber("createNetwork", "seed", seed, Number.isInteger, "a whole number");
  if (model.parameters.length === 0) {
    throw new GraphError(
      `${model.name}: the model has no parameters. Compile its graph, model.apply(images), instead.`,
    );
  }
  const values = model.initialize(seed);
  const parameters = new Parameters(
    model.parameters.map(({ name, shape }) => [name, shape] as const),
    defined({ reserve, threads: threads > 1 && !acceptsSharedMemory() ? 1 : threads, roles: rolesOf(model) }),
  );
  const initial = (name: string): Float32Array => values[name] as Float32Array;
  for (const { name } of model.parameters) parameters.value(name).set(initial(name));
  const buffers = Object.fromEntries(model.buffers.map(({ name }) => [name, initial(name)]));
  return { model, parameters, buffers };
}

/** Returns views of the parameters' values by name. Get new views for each run, since the arena may have grown. */
export const parameterValues = ({ model, parameters }: Network): Record<string, Float32Array> =>
  Object.fromEntries(model.parameters.map(({ name }) => [name, parameters.value(name)]));
