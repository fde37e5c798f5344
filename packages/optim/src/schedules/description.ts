import { suggest } from "../nearest.ts";
import { show } from "../show.ts";

/** The version of the descriptions that this library writes, and the newest that it reads. */
export const VERSION = 1;

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
