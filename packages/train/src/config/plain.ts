import { ConfigError } from "../error.ts";

/** Names that JavaScript reads as parts of every object: as settings they would be dropped without a word. */
const RESERVED: readonly string[] = ["__proto__", "constructor", "prototype"];

/** Settings nest three deep; below this something else was given. */
const DEEPEST = 16;

/**
 * Refuses values that no configuration has: keys that JavaScript reserves, and nesting that would overflow the stack of
 * whatever reads it next.
 * @throws ConfigError with the path of the key
 */
export function checkPlain(given: unknown, where: string): void {
  const rest: { readonly value: unknown; readonly path: readonly string[] }[] = [{ value: given, path: [] }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { value, path } = next;
    if (typeof value !== "object" || value === null) continue;
    if (path.length > DEEPEST) {
      throw new ConfigError(`${where}: ${path[0]} is nested more than ${DEEPEST} deep: expected settings as in --help`);
    }
    for (const key of Object.keys(value)) {
      const inner = [...path, key];
      if (RESERVED.includes(key)) {
        throw new ConfigError(`${where}: ${inner.join(".")}: '${key}' is no setting: remove it`);
      }
      rest.push({ value: (value as Readonly<Record<string, unknown>>)[key], path: inner });
    }
  }
}
