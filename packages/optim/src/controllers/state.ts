import { show } from "../show.ts";

/** A saved state with the keys of a fresh one: numbers, or null where the fresh state has null. */
export function readState<S extends object>(owner: string, fresh: S, saved: unknown): S {
  if (typeof saved !== "object" || saved === null) {
    throw new TypeError(`${owner}: expected a saved state, and not ${show(saved)}`);
  }
  const read = Object.entries(fresh).map(([key, before]) => {
    const value = (saved as Record<string, unknown>)[key];
    if (Number.isFinite(value) || (value === null && before === null)) return [key, value];
    throw new TypeError(`${owner}: ${key} in the saved state is ${show(value)}: expected a number`);
  });
  return Object.fromEntries(read) as S;
}
