import { type Group, namesOfGroups, showMatch } from "../../definition/groups.ts";

/** Tensors to exclude. A tensor belongs to the first group that matches its name. */
export type LbfgsGroup = Group<unknown>;

export interface LbfgsOptions {
  readonly groups?: readonly LbfgsGroup[];
}

/**
 * Checks groups.
 * @throws if a group has a key besides `match` and `frozen`
 */
export function checkGroups(groups: readonly LbfgsGroup[]): void {
  for (const { match, frozen: _, ...others } of groups) {
    const [other] = Object.keys(others);
    if (other === undefined) continue;
    throw new Error(
      `lbfgs, group ${showMatch(match)}: '${other}': L-BFGS has one set of hyperparameters for all tensors; ` +
        "a group can only be frozen",
    );
  }
}

/**
 * Returns the names in no frozen group.
 * @throws if no tensor is left for a group
 */
export function unfrozen(groups: readonly LbfgsGroup[], names: readonly string[]): string[] {
  const owned = namesOfGroups("lbfgs", groups, names);
  return names.filter((name) => !groups.some(({ frozen }, index) => frozen && owned[index]?.includes(name)));
}
