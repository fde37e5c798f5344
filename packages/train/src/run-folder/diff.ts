import type { RunFacts } from "./run-file.ts";

/** Difference between two runs. */
export interface Difference {
  /** Configuration key, such as `lr` or `hyperparameters.beta2`, or a key that starts with `data.`, `device.` or `versions.`. */
  readonly key: string;
  /** Value in the first run; undefined if it has no such key. */
  readonly a: unknown;
  readonly b: unknown;
}

/** Facts that are compared besides the configuration. Names and start times are not. */
const SURROUNDINGS = ["data.name", "data.fingerprint", "data.counts", "device", "versions"] as const;

/** Returns the differences between two runs: in the configuration, the data, the device and the versions. */
export function diffRuns(a: RunFacts, b: RunFacts): Difference[] {
  const [left, right] = [a, b].map(valuesOf) as [Map<string, unknown>, Map<string, unknown>];
  return [...new Set([...left.keys(), ...right.keys()])]
    .map((key) => ({ key, a: left.get(key), b: right.get(key) }))
    .filter((pair) => JSON.stringify(pair.a) !== JSON.stringify(pair.b));
}

function valuesOf(facts: RunFacts): Map<string, unknown> {
  const surroundings = SURROUNDINGS.map((path) => {
    const value = path
      .split(".")
      .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], facts);
    return [path, value] as const;
  });
  return new Map([...flatten("", facts.config), ...surroundings.flatMap(([path, value]) => flatten(path, value))]);
}

/** Returns all values of an object by their paths. Lists stay whole. */
export function flatten(path: string, value: unknown): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => flatten(path === "" ? key : `${path}.${key}`, inner));
}
