import type { Network } from "@downhill/graph";
import type { RestoreOptions } from "@downhill/optim";
import { isNetwork } from "../check-arguments.ts";
import { TrainError } from "../error.ts";

/** Anything that saves and restores its state as plain data: an updater, a controller, an accumulator of one's own. */
export interface Stateful {
  state(): unknown;
  // A method, so that an updater, whose states are of one type, is one.
  restore(state: never, options?: RestoreOptions): void;
}

/** One thing, or several by name. */
type OneOrMore<T> = T | Readonly<Record<string, T>>;

/** Parts of a training of one's own, which a checkpoint saves and restores. */
export interface CheckpointParts {
  /** Network, or several by name: their parameters and buffers. */
  readonly network?: OneOrMore<Network>;
  /** Updater with all its wrappers, or several by name. */
  readonly updater?: OneOrMore<Stateful>;
  /** Controller, such as `plateau()`, or several by name; also other things with `state()` and `restore(state)`. */
  readonly controllers?: OneOrMore<Stateful>;
}

/** Parts by name; an only one has the name {@link ONLY}. */
export interface NamedParts {
  readonly network: Readonly<Record<string, Network>>;
  readonly updater: Readonly<Record<string, Stateful>>;
  readonly controllers: Readonly<Record<string, Stateful>>;
}

/** Name of an only network, updater or controller. */
const ONLY = "";

/**
 * Names the parts of a training.
 * @throws TrainError for an unknown part, or one of another type
 */
export function namedParts({ network, updater, controllers, ...others }: CheckpointParts): NamedParts {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new TrainError(`unknown part '${unknown}' of a checkpoint: expected network, updater, controllers or extra.`);
  }
  return {
    network: named("network", network, isNetwork, "a network of createNetwork"),
    updater: named("updater", updater, isStateful, "an updater, such as adam().bind(network.parameters)"),
    controllers: named("controllers", controllers, isStateful, "an object with state() and restore(state)"),
  };
}

type Is<T> = (value: unknown) => value is T;
const isStateful: Is<Stateful> = (value): value is Stateful =>
  value !== null && typeof (value as Partial<Stateful> | undefined)?.state === "function";

function named<T extends object>(
  kind: string,
  value: OneOrMore<T> | undefined,
  isOne: Is<T>,
  expected: string,
): Readonly<Record<string, T>> {
  if (value === undefined) return {};
  if (isOne(value)) return { [ONLY]: value };
  const isRecord = typeof value === "object" && value !== null;
  const wrong = isRecord ? Object.keys(value).find((name) => !isOne(value[name])) : "";
  if (wrong === undefined) return value;
  throw new TrainError(`${[kind, wrong].filter(Boolean).join(".")}: expected ${expected}, or several by name.`);
}

/** Returns the name of a tensor of a part. */
export const tensorName = (root: string, part: string, tensor = ""): string =>
  [root, part, tensor].filter((text) => text !== "").join("/");

/**
 * Checks that a part that is given has the same names as in a checkpoint.
 * @param kind option that has the part, in the singular
 */
export function checkNames(file: string, kind: string, given: object, saved: object): void {
  const [names, before] = [Object.keys(given), Object.keys(saved)];
  if (names.length === 0 || (names.length === before.length && names.every((name) => before.includes(name)))) return;
  throw new TrainError(
    `${file}: the checkpoint has ${listOf(kind, before)}, and ${listOf(kind, names)} is to be restored. Pass the same as to writeCheckpoint.`,
    { code: "other-checkpoint" },
  );
}

function listOf(kind: string, names: readonly string[]): string {
  if (names.length === 0) return `no ${kind}`;
  return names[0] === ONLY ? `one ${kind} without a name` : `${kind} ${names.map((name) => `'${name}'`).join(", ")}`;
}

/** Returns a part as the subject of an error. */
export const titleOfPart = (kind: string, name: string): string =>
  name === ONLY ? `the ${kind}` : `the ${kind} '${name}'`;

/** A saved state and the part to restore. */
export interface SavedState {
  readonly title: string;
  readonly part: Stateful;
  readonly state: unknown;
}

/**
 * Restores all parts, or none.
 * @throws TrainError for a state that does not fit; the parts before it are then as they were
 */
export function restoreAll(file: string, saved: readonly SavedState[], options: RestoreOptions): void {
  const before = saved.map(({ part }) => part.state());
  for (const [i, { title, part, state }] of saved.entries()) {
    try {
      part.restore(state as never, options);
    } catch (error) {
      for (const [k, { part }] of saved.slice(0, i + 1).entries()) part.restore(before[k] as never);
      throw new TrainError(`${file}: ${title} differs: ${(error as Error).message}`, {
        code: "other-checkpoint",
        cause: error,
      });
    }
  }
}
