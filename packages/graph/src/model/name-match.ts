import { kindOf } from "@downhill/optim/kind-of";
import { GraphError } from "../error.ts";

/** Parameters by their names: a name, several names, a pattern, or a test of a name. */
export type NameMatch = string | readonly string[] | RegExp | ((name: string) => boolean);

/**
 * Checks that a value matches parameters by their names.
 * @param place start of the message
 * @throws GraphError for any other value
 */
export function checkMatch(place: string, match: unknown): void {
  const isMatch = typeof match === "string" || typeof match === "function" || match instanceof RegExp;
  if (isMatch || Array.isArray(match)) return;
  throw new GraphError(
    `${place}: trains is ${kindOf(match)}. Expected a pattern, a name, names, or a function of a name.`,
  );
}

/** Returns true if a name matches. A pattern's flags `g` and `y` have no effect. */
export function matchesName(match: NameMatch, name: string): boolean {
  if (typeof match === "function") return match(name);
  if (match instanceof RegExp) return new RegExp(match.source, match.flags.replace(/[gy]/g, "")).test(name);
  return typeof match === "string" ? match === name : match.includes(name);
}
