import { UsageError } from "../usage-error.ts";
import { readLoose } from "./text-value.ts";

/**
 * A configuration with `key=value` put in, where the key may go inside by dots: `hyperparameters.beta2=0.99`,
 * `schedule.pctStart=0.2`, `augment.0.padding=2`. The value is JSON, or else a text.
 * @throws UsageError where it is no assignment
 */
export function withSetting(config: Readonly<Record<string, unknown>>, assignment: string): Record<string, unknown> {
  const equals = assignment.indexOf("=");
  const path = assignment.slice(0, Math.max(0, equals)).split(".");
  if (equals < 1 || path.includes("")) {
    throw new UsageError(`--set ${assignment}: expected key=value, such as hyperparameters.beta2=0.99`);
  }
  return put(config, path, readLoose(assignment.slice(equals + 1))) as Record<string, unknown>;
}

function put(inside: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(inside) && /^\d+$/.test(key)) {
    if (Number(key) > inside.length) {
      throw new UsageError(
        `--set: item ${key} of a list of ${inside.length}: expected at most ${inside.length}, a new one`,
      );
    }
    const list = [...inside];
    list[Number(key)] = put(list[Number(key)], rest, value);
    return list;
  }
  // A name stands for an object of that kind alone.
  const before = typeof inside === "string" ? { kind: inside } : (inside as Readonly<Record<string, unknown>>);
  return { ...before, [key]: put(before?.[key], rest, value) };
}
