import type { NamedTensors } from "../definition/condition.ts";
import { type Group, namesOfGroups } from "../definition/groups.ts";
import { type Hyperparameters, valuesAt } from "../definition/hyperparameters.ts";
import type { OptimizerParts } from "../definition/parts.ts";
import type { HyperparameterValue } from "../rule/rule.ts";

/** Tensors that share a rule and hyperparameters. */
export interface BoundGroup {
  /** Optimizer of the tensors: the whole one, or a part of a split. */
  readonly parts: OptimizerParts;
  readonly names: readonly string[];
  readonly frozen: boolean;
  readonly hyperparameters: Hyperparameters;
  /** Values in force at the last step; before the first step, those of step 0. */
  values: Record<string, HyperparameterValue>;
}

/** Returns the hyperparameters of a group in force at a step. */
export const valuesOf = ({ parts, hyperparameters }: Omit<BoundGroup, "values">, step: number): BoundGroup["values"] =>
  valuesAt(parts.rule.name, parts.space, hyperparameters, step);

/**
 * Returns the groups with their tensors. The last group has the tensors that no other group matches; of a split, those of
 * its first part.
 */
export function bindGroups(whole: OptimizerParts, tensors: NamedTensors): BoundGroup[] {
  const divided = whole.split?.divide(whole, tensors) ?? [{ parts: whole, names: tensors.names }];
  return divided.flatMap(({ parts, names }) =>
    namesOfGroups(parts.rule.name, parts.groups, names).map((names, index) => {
      const { match: _, frozen = false, ...own } = (parts.groups[index] ?? {}) as Partial<Group>;
      const group = { parts, names, frozen, hyperparameters: { ...parts.hyperparameters, ...own } as Hyperparameters };
      return { ...group, values: valuesOf(group, 0) };
    }),
  );
}
