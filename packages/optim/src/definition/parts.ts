import type { Rule } from "../rule/rule.ts";
import type { Condition, NamedTensors } from "./condition.ts";
import type { Group } from "./groups.ts";
import type { HyperparameterSpace, Hyperparameters } from "./hyperparameters.ts";

/** Checks hyperparameters together. Returns the problem, or undefined if there is none. */
export type HyperparameterCheck = (values: Readonly<Record<string, unknown>>) => string | undefined;

/** Parts of a split: optimizers of their own, each for some of the tensors. */
export interface SplitParts {
  /** Conditions of the tensors of the first part, whose contents are those beside this. */
  readonly takes: readonly Condition[];
  /** All other parts. */
  readonly others: readonly { readonly takes: readonly Condition[]; readonly parts: OptimizerParts }[];
  /** Returns the tensors of each part, the first part last. */
  divide(parts: OptimizerParts, tensors: NamedTensors): { readonly parts: OptimizerParts; readonly names: string[] }[];
}

/** Contents of an optimizer; a wrapper builds a new optimizer from another's. */
export interface OptimizerParts {
  /** Name of the rule or of the split, with its wrappers. */
  readonly name: string;
  readonly rule: Rule;
  readonly space: HyperparameterSpace;
  readonly hyperparameters: Hyperparameters;
  readonly groups: readonly Group[];
  readonly checks: readonly HyperparameterCheck[];
  /** Lowest number of axes of a tensor that the rule accepts. */
  readonly minimumRank: number;
  /** State from which the rule recomputes the weights in each step, so that changing only the weights has no effect. */
  readonly point: string | null;
  /** Set if the optimizer is a split; the other fields are those of its first part. */
  readonly split?: SplitParts;
}
