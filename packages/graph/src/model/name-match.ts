/** Parameters by their names: a name, several names, a pattern, or a test of a name. */
export type NameMatch = string | readonly string[] | RegExp | ((name: string) => boolean);

/** Returns true if a name matches. A pattern's flags `g` and `y` have no effect. */
export function matchesName(match: NameMatch, name: string): boolean {
  if (typeof match === "function") return match(name);
  if (match instanceof RegExp) return new RegExp(match.source, match.flags.replace(/[gy]/g, "")).test(name);
  return typeof match === "string" ? match === name : match.includes(name);
}
