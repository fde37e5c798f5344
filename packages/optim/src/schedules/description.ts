import { suggest } from "../nearest.ts";
import { show } from "../show.ts";

/** Version of the descriptions that this library writes, and the newest that it reads. */
export const VERSION = 1;

/** Maximum number of levels of nested schedules: reading a value makes one nested call per level. */
export const MAX_DEPTH = 100;

export const tooDeep = (place: string): string =>
  `${place}: schedules are nested in more than ${MAX_DEPTH} levels: use fewer`;

/**
 * Returns true if a value has more levels of objects than descriptions may have. It does not recurse, so that it
 * accepts any parsed text, and it ends for an object that contains itself.
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

/** A schedule or a controller as plain JSON: its kind and all of its arguments, including defaults. */
export interface Description {
  /** Version of the format, on the outermost description. Default: the current one. */
  readonly version?: number;
  /** Name of the function that makes it, such as `"cosine"`. */
  readonly kind: string;
  readonly [argument: string]: unknown;
}

/** Splits a description into its kind, which is a key of `kinds`, and its arguments. Errors begin with the place. */
export function readDescription<K>(
  description: unknown,
  kinds: Readonly<Record<string, K>>,
  noun: string,
  place: string,
): { kind: string; factory: K; json: Readonly<Record<string, unknown>> } {
  if (typeof description !== "object" || description === null || !("kind" in description)) {
    throw new TypeError(
      `${place}: expected a description, an object with a kind and its arguments, not ${show(description)}`,
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
