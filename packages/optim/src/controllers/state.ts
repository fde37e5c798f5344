import type { Specification, Values } from "../schedules/arguments.ts";
import { show } from "../show.ts";

/**
 * Checks a saved state and returns its fields.
 * @throws TypeError that names the owner, the field, its value and what was expected
 */
export function readState<S extends Specification>(owner: string, fields: S, saved: unknown): Values<S> {
  if (typeof saved !== "object" || saved === null) {
    throw new TypeError(`${owner}: expected a saved state, not ${show(saved)}`);
  }
  const read = Object.entries(fields).map(([field, { expected, accepts }]) => {
    const value = (saved as Record<string, unknown>)[field];
    if (accepts(value)) return [field, value];
    throw new TypeError(`${owner}: ${field} in the saved state is ${show(value)}: expected ${expected}`);
  });
  return Object.fromEntries(read) as Values<S>;
}
