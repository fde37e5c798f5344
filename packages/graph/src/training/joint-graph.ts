import type { Tensor } from "../core/tensor.ts";
import type { ValueInfo } from "../core/values.ts";
import { GraphError } from "../error.ts";
import type { ModelGraph } from "../model/model.ts";
import type { NameMatch } from "../model/name-match.ts";
import type { Network } from "../model/network.ts";
import { OUTPUT } from "../model/outputs.ts";
import { trainedNames } from "../model/trained.ts";
import { buildMetrics, checkFunction, checkScalar, namedValues } from "./loss-function.ts";
import { metricOutput } from "./objective.ts";
import { inputsFor, type TargetShapes } from "./targets.ts";
import { gradientOutput, lossGradients, nextOutput } from "./training-graph.ts";

/** Networks by name. */
export type Networks = Readonly<Record<string, Network>>;

type OutputNames<N> = N extends Network<infer Name> ? Name : never;

/**
 * Applies a network: from a batch [batch, ...imageShape] to its output, or to its outputs by name if it has several. Each
 * call applies the same weights.
 */
export type NetworkFunction<Name extends string> = string extends Name
  ? (batch: Tensor) => Tensor
  : [Name] extends [typeof OUTPUT]
    ? (batch: Tensor) => Tensor
    : (batch: Tensor) => Readonly<Record<Name, Tensor>>;

/** Networks as functions, and inputs, by name. */
export type JointTensors<N extends Networks, I extends TargetShapes> = {
  readonly [K in keyof N]: NetworkFunction<OutputNames<N[K]>>;
} & { readonly [K in keyof I]: Tensor };

/** Losses and metrics of several networks. */
export interface JointGraphOptions<
  N extends Networks = Networks,
  I extends TargetShapes = TargetShapes,
  L extends string = string,
  M extends string = string,
> {
  /** Shape of each input for one batch element, by name, float32 unless `{ shape, dtype }`. */
  readonly inputs: I;
  /**
   * Loss of each trained network, keyed by its name. Each loss is a single number, and its gradients go only
   * to that network. A network without a loss is not trained and runs in inference mode, such as a teacher.
   */
  readonly losses: (tensors: JointTensors<N, I>) => Readonly<Record<L, Tensor>>;
  /**
   * Further numbers to compute for each batch, by name. A network that a metric applies to the same tensor as the losses
   * gives the same result again; to any other tensor, it is applied in inference mode.
   */
  readonly metrics?: Readonly<Record<M, (tensors: JointTensors<N, I>) => Tensor>>;
  /** Parameters to train of each network, as in a training step; default all. */
  readonly trains?: { readonly [K in L]?: NameMatch | undefined };
  /**
   * Mode of a network, by its name: true for training, false for inference. Default: training for each network with a
   * loss. A generator that only makes images for another network's step may stay in training mode.
   */
  readonly training?: { readonly [K in keyof N]?: boolean | undefined };
  /** Random seed of dropout's masks; default 0. */
  readonly seed?: number;
}

/** Place of a joint step in errors. */
export const PLACE = "joint step";

export const lossOutput = (network: string): string => `loss ${network}`;

/** Name of a variable of a network in the graph. */
export const variableOf = (network: string, name: string): string => `${network}.${name}`;

/** Graph of a joint step, and the networks that it trains. */
export interface JointGraph {
  readonly outputs: Record<string, Tensor>;
  /** Names of the trained parameters of each network with a loss. */
  readonly trained: ReadonlyMap<string, readonly string[]>;
}

/** Options with names that are only known when a program runs. */
export type AnyJointOptions = Omit<JointGraphOptions, "losses" | "metrics" | "trains" | "training"> & {
  readonly losses: (tensors: never) => Readonly<Record<string, Tensor>>;
  readonly metrics?: Readonly<Record<string, unknown>>;
  readonly trains?: Readonly<Record<string, NameMatch | undefined>>;
  readonly training?: Readonly<Record<string, boolean | undefined>>;
};

/**
 * Builds the graph of a joint step for one batch size.
 * @throws GraphError if a loss is of no network, is no single number, or does not depend on each trained parameter
 */
export function jointGraph(
  networks: Networks,
  infos: readonly ValueInfo[],
  options: AnyJointOptions,
  batchSize: number,
): JointGraph {
  checkFunction(PLACE, "losses", options.losses);
  // The first build, in inference mode, finds the names of the losses, on which the modes of the networks depend.
  const names = Object.keys(lossesOf(networks, infos, options, batchSize, {}).losses);
  const modes = Object.fromEntries(
    Object.keys(networks).map((name) => [name, options.training?.[name] ?? names.includes(name)]),
  );
  const { losses, applied, tensors, measure } = lossesOf(networks, infos, options, batchSize, modes);
  checkNames(networks, names, options, applied);
  const outputs: Record<string, Tensor> = {};
  const trained = new Map<string, readonly string[]>();
  for (const [name, loss] of Object.entries(losses)) {
    const { model } = networks[name] as Network;
    const parameters = trainedNames(model, options.trains?.[name]);
    const graph = applied.get(name);
    outputs[lossOutput(name)] = checkScalar(PLACE, `loss of '${name}'`, loss);
    const grads = lossGradients(name, loss, parameters, graph?.parameters ?? {});
    for (const [i, grad] of grads.entries()) outputs[gradientOutput(variableOf(name, parameters[i] as string))] = grad;
    trained.set(name, parameters);
  }
  for (const [name, { updates }] of applied) {
    for (const [buffer, next] of Object.entries(updates)) outputs[nextOutput(variableOf(name, buffer))] = next;
  }
  measure();
  for (const [name, metric] of Object.entries(buildMetrics(PLACE, options.metrics ?? {}, tensors))) {
    outputs[metricOutput(name)] = metric;
  }
  return { outputs, trained };
}

/** Losses before their checks, and the last graph of each network that they apply. */
interface BuiltLosses {
  readonly losses: Readonly<Record<string, Tensor>>;
  readonly applied: ReadonlyMap<string, ModelGraph>;
  readonly tensors: Readonly<Record<string, unknown>>;
  /** Switches the networks to metrics: they leave their statistics and repeat earlier results. */
  measure(): void;
}

function lossesOf(
  networks: Networks,
  infos: readonly ValueInfo[],
  { losses, trains, seed = 0 }: AnyJointOptions,
  batchSize: number,
  modes: Readonly<Record<string, boolean>>,
): BuiltLosses {
  const applied = new Map<string, ModelGraph>();
  let measures = false;
  const functionOf = (name: string, { model }: Network, index: number): unknown => {
    const results = new Map<Tensor, Tensor | Readonly<Record<string, Tensor>>>();
    return (batch: Tensor) => {
      const known = measures ? results.get(batch) : undefined;
      if (known) return known;
      const graph = model.apply(batch, {
        training: !measures && modes[name] === true,
        // Layers of the same path in two networks must not draw the same masks.
        seed: seed + index,
        trains: trains?.[name],
        prefix: variableOf(name, ""),
        sharing: applied.get(name),
      });
      if (!measures) applied.set(name, graph);
      const result = Object.keys(model.outputs).join() === OUTPUT ? graph.output : graph.outputs;
      results.set(batch, result);
      return result;
    };
  };
  const functions = Object.entries(networks).map(([name, network], i) => [name, functionOf(name, network, i)]);
  const tensors = namedValues<unknown>(PLACE, { ...inputsFor(infos, batchSize), ...Object.fromEntries(functions) });
  const made: unknown = losses(tensors as never);
  if (typeof made !== "object" || made === null || made instanceof Promise || Object.keys(made).length === 0) {
    const names = Object.keys(networks).join(", ");
    throw new GraphError(`${PLACE}: losses returned no loss. Return an object with a loss of some of ${names}.`);
  }
  const measure = (): void => {
    measures = true;
  };
  return { losses: made as Readonly<Record<string, Tensor>>, applied, tensors, measure };
}

function checkNames(
  networks: Networks,
  losses: readonly string[],
  { trains = {}, training = {} }: AnyJointOptions,
  applied: ReadonlyMap<string, ModelGraph>,
): void {
  const known = Object.keys(networks);
  const expected = `Expected ${known.join(", ")}`;
  for (const [what, names] of Object.entries({ losses, training: Object.keys(training) })) {
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw new GraphError(`${PLACE}: ${what} has '${unknown}', which is no network. ${expected}.`);
  }
  const untrained = Object.keys(trains).find((name) => !losses.includes(name));
  if (untrained !== undefined) {
    throw new GraphError(`${PLACE}: trains has '${untrained}', which has no loss. Expected ${losses.join(", ")}.`);
  }
  const unused = known.find((name) => !applied.has(name));
  if (unused !== undefined) {
    throw new GraphError(`${PLACE}: the losses do not apply the network '${unused}'. Apply it, or leave it out.`);
  }
}
