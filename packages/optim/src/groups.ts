import type { HyperparameterSettings } from "./hyperparameters.ts";

/** Tensors that have hyperparameters of their own. The first group that matches a name has it. */
export type Group<Arguments = HyperparameterSettings> = Arguments & {
  /** A name, several names, a pattern, or a test. */
  readonly match: string | readonly string[] | RegExp | ((name: string) => boolean);
  /** These tensors keep their values, and have no state. */
  readonly frozen?: boolean;
};

type Match = Group<unknown>["match"];

/** The names that each group has, and last those that none has. A group that has none is an error. */
export function namesOfGroups(
  owner: string,
  groups: readonly { readonly match: Match }[],
  names: readonly string[],
): string[][] {
  const owned: string[][] = [...groups, null].map(() => []);
  for (const name of names) owned.at(groups.findIndex(({ match }) => matches(match, name)))?.push(name);
  const empty = groups.find((_, index) => owned[index]?.length === 0);
  if (!empty) return owned;
  throw new Error(
    `${owner}: no tensor is left for the group ${showMatch(empty.match)}: the tensors are ${names.join(", ")}`,
  );
}

function matches(match: Match, name: string): boolean {
  if (typeof match === "function") return match(name);
  if (match instanceof RegExp) return new RegExp(match.source, match.flags.replace(/[gy]/g, "")).test(name);
  return typeof match === "string" ? match === name : match.includes(name);
}

export function showMatch(match: Match): string {
  if (typeof match === "function") return match.name || "(a function)";
  return match instanceof RegExp ? String(match) : JSON.stringify(match);
}
