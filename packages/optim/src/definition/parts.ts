import type { Rule } from "../rule/rule.ts";
import type { Group } from "./groups.ts";
import type { HyperparameterSpace, Hyperparameters } from "./hyperparameters.ts";

/** Checks hyperparameters together. Returns the problem, or undefined if there is none. */
export type HyperparameterCheck = (values: Readonly<Record<string, unknown>>) => string | undefined;

/** Contents of an optimizer; a wrapper builds a new optimizer from another's. */
export interface OptimizerParts {
  readonly rule: Rule;
  readonly space: HyperparameterSpace;
  readonly hyperparameters: Hyperparameters;
  readonly groups: readonly Group[];
  readonly checks: readonly HyperparameterCheck[];
  /** Lowest number of axes of a tensor that the rule accepts. */
  readonly minimumRank: number;
  /** State from which the rule recomputes the weights in each step, so that changing only the weights has no effect. */
  readonly point: string | null;
}
