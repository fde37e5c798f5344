import { suggest } from "../nearest.ts";
import { show } from "../show.ts";

/** The version of the descriptions that this library writes, and the newest that it reads. */
export const VERSION = 1;

/** Levels of schedules within each other: each is a call within a call whenever a value is asked for. */
export const MAX_DEPTH = 100;

export const tooDeep = (place: string): string =>
  `${place}: schedules are within each other on more than ${MAX_DEPTH} levels: expected fewer`;

/**
 * Whether a value has more levels of objects than descriptions may. It needs no call for each, so that no text that
 * parses is too deep for it, and ends for an object that contains itself.
 */
export function isTooDeep(value: unknown): boolean {
  const waiting = [{ value, level: 0 }];
  for (let top = waiting.pop(); top; top = waiting.pop()) {
    if (typeof top.value !== "object" || top.value === null) continue;
    if (top.level > 2 * MAX_DEPTH + 2) return true;
    const level = top.level + 1;
    waiting.push(...Object.values(top.value).map((part) => ({ value: part, level })));
  }
  return false;
}

/** A schedule or a controller as plain JSON: its kind and all of its arguments, defaults included. */
export interface Description {
  /** Of the format, on the outermost description; the current one if left out. */
  readonly version?: number;
  /** The name of the function that makes it, such as `"cosine"`. */
  readonly kind: string;
  readonly [argument: string]: unknown;
}

/** Takes a description apart; its kind is a key of `kinds`. Errors begin with the place. */
export function readDescription<K>(
  description: unknown,
  kinds: Readonly<Record<string, K>>,
  noun: string,
  place: string,
): { kind: string; factory: K; json: Readonly<Record<string, unknown>> } {
  if (typeof description !== "object" || description === null || !("kind" in description)) {
    throw new TypeError(
      `${place}: expected a description, an object with a kind and its arguments, and not ${show(description)}`,
    );
  }
  const { version = VERSION, kind, ...json } = description as Description;
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1) {
    throw new RangeError(`${place}: version = ${show(version)}: expected a whole number from 1 to ${VERSION}`);
  }
  if (version > VERSION) {
    throw new Error(
      `${place}: written by a newer release (its version is ${version}, and this release reads up to ${VERSION}): update @downhill/optim`,
    );
  }
  if (typeof kind !== "string" || !Object.hasOwn(kinds, kind)) {
    throw new Error(`${place}: unknown kind of ${noun} ${show(kind)}: ${suggest(String(kind), Object.keys(kinds))}`);
  }
  return { kind, factory: kinds[kind] as K, json };
}
