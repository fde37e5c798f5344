import type { Network } from "@downhill/graph";
import type { Updater, UpdaterState } from "@downhill/optim";
import { TrainError } from "../error.ts";
import type { EpochTotals } from "./epoch-totals.ts";
import type { Position } from "./plan.ts";

/** All that a training's next steps depend on, but for its options. */
export interface Checkpoint {
  readonly position: Position;
  readonly totals: EpochTotals;
  /** Parameters and buffers by name, in PyTorch's shapes. */
  readonly weights: Readonly<Record<string, Float32Array>>;
  readonly updater: UpdaterState;
  /** The order of the training images, where a first epoch found one; null where it is a function of the seed. */
  readonly order: Int32Array | null;
  /** States of callbacks by name. */
  readonly callbacks: Readonly<Record<string, unknown>>;
  readonly spent: Spent;
}

/** What a training took so far, over all the times that it was gone on with. */
export interface Spent {
  /** Images that it was trained on, counting each time. */
  readonly images: number;
  /** Milliseconds of training steps; judging is not in it. */
  readonly milliseconds: number;
  /** Of these, those in which the next batch was not ready. */
  readonly waited: number;
}

export const NOTHING_SPENT: Spent = { images: 0, milliseconds: 0, waited: 0 };

/** Copies of a network's numbers. */
export function saveWeights({ model, parameters, buffers }: Network): Record<string, Float32Array> {
  return Object.fromEntries([
    ...model.parameters.map(({ name }) => [name, Float32Array.from(parameters.value(name))]),
    ...model.buffers.map(({ name }) => [name, Float32Array.from(buffers[name] as Float32Array)]),
  ]);
}

/**
 * Gives a network saved numbers.
 * @throws TrainError where they are of another model: names the first difference, and nothing is changed
 */
export function loadWeights(network: Network, weights: Readonly<Record<string, Float32Array>>): void {
  const { model, parameters, buffers } = network;
  const targets = new Map<string, Float32Array>([
    ...model.parameters.map(({ name }) => [name, parameters.value(name) as Float32Array] as const),
    ...model.buffers.map(({ name }) => [name, buffers[name] as Float32Array] as const),
  ]);
  const difference = firstDifference(targets, weights);
  if (difference !== null) {
    throw new TrainError(
      `the saved weights are not of this ${model.name}: ${difference}: expected the model they were saved from`,
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
    if (!saved) return `they have no '${name}'`;
    if (saved.length !== length) return `'${name}' has ${saved.length} numbers, and not ${length}`;
  }
  const extra = Object.keys(weights).find((name) => !targets.has(name));
  return extra === undefined ? null : `they have '${extra}'`;
}

/** Gives an updater a saved state. */
export function restoreUpdater(updater: Updater, state: UpdaterState): void {
  try {
    updater.restore(state);
  } catch (error) {
    throw new TrainError(`the checkpoint is of another optimizer: ${(error as Error).message}`, { cause: error });
  }
}
