import { UsageError } from "../usage-error.ts";
import { readLoose } from "./text-value.ts";

/**
 * Returns a configuration with the assignment `key=value`, where dots in the key lead into a setting:
 * `hyperparameters.beta2=0.99`, `schedule.pctStart=0.2`, `augment.0.padding=2`. The value is JSON, or else text.
 * @throws UsageError for text that is not an assignment
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
        `--set: index ${key} in a list of ${inside.length}: expected at most ${inside.length}, which appends an item`,
      );
    }
    const list = [...inside];
    list[Number(key)] = put(list[Number(key)], rest, value);
    return list;
  }
  // A name is short for an object with that kind and no arguments.
  const before = typeof inside === "string" ? { kind: inside } : (inside as Readonly<Record<string, unknown>>);
  return { ...before, [key]: put(before?.[key], rest, value) };
}
