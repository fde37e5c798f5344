import type { RunFacts } from "./run-file.ts";

/** Something that two runs do not have in common. */
export interface Difference {
  /** A key of the configuration, such as `lr` or `hyperparameters.beta2`; others begin with `data.`, `device.` or `versions.`. */
  readonly key: string;
  /** Undefined where that run has no such key. */
  readonly a: unknown;
  readonly b: unknown;
}

/** Beside the configuration, what makes two runs differ; not when they began, nor what they are called. */
const SURROUNDINGS = ["data.name", "data.fingerprint", "data.counts", "device", "versions"] as const;

/** In what two runs differ: the configuration first, then the data, the device and the versions. */
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

/** Each value by its path; lists stay whole, since what they have is in an order. */
export function flatten(path: string, value: unknown): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => flatten(path === "" ? key : `${path}.${key}`, inner));
}
