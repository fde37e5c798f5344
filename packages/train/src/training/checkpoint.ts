import type { Network } from "@downhill/graph";
import type { Updater, UpdaterState } from "@downhill/optim";
import { checkNetwork, checkObject } from "../check-arguments.ts";
import { TrainError } from "../error.ts";
import type { Evaluation } from "../evaluation/scores.ts";
import type { EpochTotals } from "./epoch-totals.ts";
import type { Position } from "./plan.ts";

/** State of a training: with the same options, it determines all following steps. */
export interface Checkpoint {
  readonly position: Position;
  readonly totals: EpochTotals;
  /** Parameters and buffers by name, with PyTorch's shapes. */
  readonly weights: Readonly<Record<string, Float32Array>>;
  readonly updater: UpdaterState;
  /** Order of the training images, if a first epoch determined it; null if the seed determines it. */
  readonly order: Int32Array | null;
  /** States of callbacks by name. */
  readonly callbacks: Readonly<Record<string, unknown>>;
  readonly spent: Spent;
  /** Weights that a callback keeps, such as those of the best epoch; absent if none does. */
  readonly kept?: KeptWeights;
}

/** Weights for evaluation of an earlier epoch, which a training returns instead of its last ones. */
export interface KeptWeights {
  /** Number of steps after which the training had them. */
  readonly step: number;
  readonly weights: Readonly<Record<string, Float32Array>>;
  readonly evaluation: Evaluation | null;
}

/** Time and images of a training so far, over all sessions. */
export interface Spent {
  /** Number of trained images, counting repetitions. */
  readonly images: number;
  /** Milliseconds of training steps, without evaluation. */
  readonly milliseconds: number;
  /** Milliseconds of waiting for the next batch, included above. */
  readonly waited: number;
}

export const NOTHING_SPENT: Spent = { images: 0, milliseconds: 0, waited: 0 };

/** Returns copies of a network's parameters and buffers by name. */
export function copyWeights(network: Network): Record<string, Float32Array> {
  checkNetwork("copyWeights", network);
  const { model, parameters, buffers } = network;
  return Object.fromEntries([
    ...model.parameters.map(({ name }) => [name, parameters.value(name).slice()]),
    ...Object.entries(buffers).map(([name, values]) => [name, values.slice()]),
  ]);
}

/**
 * Loads saved weights into a network.
 * @throws TrainError with the first difference if the weights belong to another model; the network is then unchanged
 */
export function setWeights(network: Network, weights: Readonly<Record<string, Float32Array>>): void {
  checkNetwork("setWeights", network);
  checkObject("setWeights: the second argument", weights, "weights by name, such as those of copyWeights");
  const { model, parameters, buffers } = network;
  const targets = new Map<string, Float32Array>([
    ...model.parameters.map(({ name }) => [name, parameters.value(name)] as const),
    ...Object.entries(buffers),
  ]);
  const difference = firstDifference(targets, weights);
  if (difference !== null) {
    throw new TrainError(
      `the saved weights do not fit this ${model.name}: ${difference}. Expected weights of the same model.`,
    );
  }
  for (const [name, target] of targets) target.set(weights[name] as Float32Array);
}

function firstDifference(
  targets: ReadonlyMap<string, Float32Array>,
  weights: Readonly<Record<string, Float32Array>>,
): string | null {
  for (const [name, { length }] of targets) {
    const saved = weights[name];
    if (!saved) return `'${name}' is missing`;
    if (saved.length !== length) return `'${name}' has ${saved.length} values instead of ${length}`;
  }
  const extra = Object.keys(weights).find((name) => !targets.has(name));
  return extra === undefined ? null : `'${extra}' is unknown`;
}

/** Restores the saved state of an updater. */
export function restoreUpdater(updater: Updater, state: UpdaterState, missing: "error" | "fresh" = "error"): void {
  try {
    updater.restore(state, { missing });
  } catch (error) {
    throw new TrainError(`the checkpoint belongs to another optimizer: ${(error as Error).message}`, { cause: error });
  }
}
