import { show } from "../show.ts";
import type { Hyperparameters } from "./hyperparameters.ts";

/** Tensors with hyperparameters of their own. A tensor belongs to the first group that matches its name. */
export type Group<Arguments = Hyperparameters> = Arguments & {
  /** A name, several names, a pattern, or a test of a name. */
  readonly match: string | readonly string[] | RegExp | ((name: string) => boolean);
  /** True if these tensors keep their values and have no state. Default false. */
  readonly frozen?: boolean;
};

export type Match = Group<unknown>["match"];

/** Conditions of a combined group, all of which must match; such a group may have no tensor. */
const parts = /* @__PURE__ */ new WeakMap<object, readonly Match[]>();

export const partsOf = (match: Match): readonly Match[] =>
  (typeof match === "function" ? parts.get(match) : null) ?? [match];

function all(...given: readonly Match[]): Match {
  const wanted = given.flatMap(partsOf);
  const match = (name: string): boolean => wanted.every((part) => matches(part, name));
  parts.set(match, wanted);
  return match;
}

/** Combines the groups of two lists: a tensor has the hyperparameters of the first match in each list. */
export function combineGroups(inner: readonly Group[], outer: readonly Group[]): readonly Group[] {
  if (inner.length === 0 || outer.length === 0) return [...inner, ...outer];
  return [
    ...inner.flatMap((a) => [
      ...outer.map((b) => ({ ...a, ...b, match: all(a.match, b.match) })),
      { ...a, match: all(a.match) },
    ]),
    ...outer.map((b) => ({ ...b, match: all(b.match) })),
  ] as readonly Group[];
}

/**
 * Returns the names of each group, and last the names in no group.
 * @throws if no name is left for a group
 */
export function namesOfGroups(
  owner: string,
  groups: readonly { readonly match: Match }[],
  names: readonly string[],
): string[][] {
  const owned: string[][] = [...groups, null].map(() => []);
  for (const name of names) owned.at(groups.findIndex(({ match }) => matches(match, name)))?.push(name);
  const served = new Set(groups.flatMap(({ match }, index) => (owned[index]?.length === 0 ? [] : partsOf(match))));
  const empty = groups.flatMap(({ match }) => partsOf(match)).find((match) => !served.has(match));
  if (empty === undefined) return owned;
  throw new Error(`${owner}: no tensor is left for the group ${showMatch(empty)}: the tensors are ${names.join(", ")}`);
}

export function matches(match: Match, name: string): boolean {
  if (typeof match === "function") return match(name);
  if (match instanceof RegExp) return new RegExp(match.source, match.flags.replace(/[gy]/g, "")).test(name);
  return typeof match === "string" ? match === name : match.includes(name);
}

export function showMatch(match: Match): string {
  const wanted = partsOf(match);
  if (wanted.length > 1 || wanted[0] !== match) return wanted.map(showMatch).join(" and ");
  if (typeof match === "function") return match.name || "(a function)";
  return match instanceof RegExp ? String(match) : show(match);
}
