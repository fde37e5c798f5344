import { ConfigError } from "../error.ts";

/** Names that JavaScript reserves on every object: as settings they would be dropped silently. */
const RESERVED: readonly string[] = ["__proto__", "constructor", "prototype"];

/** Maximum nesting; settings need three levels. */
const DEEPEST = 16;

/**
 * Rejects reserved keys, and nesting so deep that a recursive reader would overflow the stack.
 * @param where source of the configuration, for errors
 * @throws ConfigError that names the path of the key
 */
export function checkPlain(given: unknown, where = ""): void {
  const prefix = where === "" ? "" : `${where}: `;
  const rest: { readonly value: unknown; readonly path: readonly string[] }[] = [{ value: given, path: [] }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { value, path } = next;
    if (typeof value !== "object" || value === null) continue;
    if (path.length > DEEPEST) {
      throw new ConfigError(`${prefix}${path[0]} is nested more than ${DEEPEST} levels deep`, {
        code: "too-deep",
        setting: { path: path[0] as string, expected: `at most ${DEEPEST} levels of nesting` },
      });
    }
    for (const key of Object.keys(value)) {
      const inner = [...path, key];
      if (RESERVED.includes(key)) {
        const inside = inner.join(".");
        throw new ConfigError(`${prefix}${inside}: '${key}' is not a setting. Remove it.`, {
          code: "reserved-key",
          setting: { path: inside },
        });
      }
      rest.push({ value: (value as Readonly<Record<string, unknown>>)[key], path: inner });
    }
  }
}
