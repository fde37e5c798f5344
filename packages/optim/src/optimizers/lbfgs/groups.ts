import { type Group, showMatch } from "../../optimizer.ts";

/** Tensors to leave out. Of several groups that match a name, the first counts. */
export type LbfgsGroup = Group<unknown>;

export interface LbfgsOptions {
  readonly groups?: readonly LbfgsGroup[];
}

/** @throws if a group has a key besides `match` and `frozen` */
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

/** The names in no frozen group. @throws if a group has no tensor */
export function unfrozen(groups: readonly LbfgsGroup[], names: readonly string[]): string[] {
  const owners = names.map((name) => groups.findIndex(({ match }) => matches(match, name)));
  for (const [index, { match }] of groups.entries()) {
    if (owners.includes(index)) continue;
    throw new Error(
      `lbfgs: no tensor is left for the group ${showMatch(match)}: the tensors are ${names.join(", ")}`,
    );
  }
  return names.filter((_, i) => !groups[owners[i] as number]?.frozen);
}

function matches(match: LbfgsGroup["match"], name: string): boolean {
  if (typeof match === "function") return match(name);
  if (match instanceof RegExp) return new RegExp(match.source, match.flags.replace(/[gy]/g, "")).test(name);
  return typeof match === "string" ? match === name : match.includes(name);
}
