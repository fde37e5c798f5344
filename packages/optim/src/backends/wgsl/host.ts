import type { Folded } from "../../rule/evaluate.ts";
import { type Expression, reachable } from "../../rule/expression.ts";
import { evaluateHost, hostValue, type ScalarLookup } from "../../rule/host.ts";
import type { HyperparameterValue, Rule } from "../../rule/rule.ts";

/** Facts about a step on the host. */
export interface WgslStep {
  /** 1-based step. */
  readonly t: number;
  /** Values in force, if they differ from those of the program. */
  readonly hyperparameters?: Readonly<Record<string, HyperparameterValue>>;
  /** `hostStates` that the previous step returned; none before the first step. */
  readonly hostStates?: Readonly<Record<string, number>>;
  /** Random seed of `random()`, as in `bind`, and the tensor's name. Default 0 and "". */
  readonly seed?: number;
  readonly tensor?: string;
  /**
   * With gradient accumulation: the number of gradients before this one (default t - 1), and whether this one applies
   * the update.
   */
  readonly call?: number;
  readonly applies?: boolean;
  /**
   * Index of this tensor's first part of a total, and the number of parts of all tensors. Default: one tensor alone.
   */
  readonly totalFrom?: number;
  readonly totalCount?: number;
}

/** Facts that are the same in all steps. */
export interface HostFacts {
  readonly rule: Rule;
  readonly hyperparameters: Readonly<Record<string, HyperparameterValue>>;
  readonly folded: Folded;
}

/** Returns the lookup of the numbers in host expressions. */
export function scalarLookup({ rule, hyperparameters, folded }: HostFacts, step: WgslStep): ScalarLookup {
  for (const [name, value] of Object.entries(step.hyperparameters ?? {})) {
    if (folded[name] === undefined || folded[name] === value) continue;
    throw new Error(`${rule.name}: the program was made for ${name} = ${folded[name]}, not ${value}: make another`);
  }
  const values: Readonly<Record<string, HyperparameterValue | undefined>> = {
    ...hyperparameters,
    ...step.hyperparameters,
    ...Object.fromEntries(rule.state.map((state) => [state, 0])),
    ...step.hostStates,
    t: step.t,
    applies: step.applies ?? true,
    machineEpsilon: 2 ** -23,
  };
  return (name) => Number(values[name]);
}

/** Evaluates host expressions in float64; returns the value of each expression among them. */
export function evaluate(roots: readonly Expression[], lookup: ScalarLookup): (e: Expression) => number {
  const order = reachable(roots).filter(({ kind }) => kind !== "constant");
  const values = new Float64Array(1 + Math.max(0, ...order.map(({ id }) => id)));
  evaluateHost(order, values, lookup);
  return (e) => hostValue(e, values);
}
