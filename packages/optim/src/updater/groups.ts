import { type Group, namesOfGroups } from "../definition/groups.ts";
import { type Hyperparameters, valuesAt } from "../definition/hyperparameters.ts";
import type { OptimizerParts } from "../definition/parts.ts";
import type { HyperparameterValue } from "../rule/rule.ts";

/** Tensors that share hyperparameters. */
export interface BoundGroup {
  readonly names: readonly string[];
  readonly frozen: boolean;
  readonly hyperparameters: Hyperparameters;
  /** Values in force at the last step; before the first step, those of step 0. */
  values: Record<string, HyperparameterValue>;
}

/** Returns the groups with their tensors; the last group has the tensors that no other group matches. */
export function bindGroups(
  { groups, hyperparameters, space, rule }: OptimizerParts,
  names: readonly string[],
): BoundGroup[] {
  return namesOfGroups(rule.name, groups, names).map((names, index) => {
    const { match: _, frozen = false, ...own } = (groups[index] ?? {}) as Partial<Group>;
    const merged = { ...hyperparameters, ...own } as Hyperparameters;
    return { names, frozen, hyperparameters: merged, values: valuesAt(rule.name, space, merged, 0) };
  });
}
