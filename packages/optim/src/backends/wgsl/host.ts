import type { Folded } from "../../rule/evaluate.ts";
import { type Expression, reachable } from "../../rule/expression.ts";
import { evaluateHost, hostValue, type ScalarLookup } from "../../rule/host.ts";
import type { HyperparameterValue, Rule } from "../../rule/rule.ts";

/** What the host knows of a step. */
export interface WgslStep {
  /** 1-based. */
  readonly t: number;
  /** The numbers in force, where they are not those that the program was made with. */
  readonly hyperparameters?: Readonly<Record<string, HyperparameterValue>>;
  /** What the step before gave back; none before the first. */
  readonly hostStates?: Readonly<Record<string, number>>;
  /** Of `random()`: what `bind` takes, and the tensor's name. Default 0 and "". */
  readonly seed?: number;
  readonly tensor?: string;
  /** Under gradient accumulation: how many gradients came before, if not t - 1, and whether this one applies. */
  readonly call?: number;
  readonly applies?: boolean;
  /** Of the parts of a total: where this tensor's begin, and how many all tensors have. Default: one tensor alone. */
  readonly totalFrom?: number;
  readonly totalCount?: number;
}

/** What is the same in all steps. */
export interface HostFacts {
  readonly rule: Rule;
  readonly hyperparameters: Readonly<Record<string, HyperparameterValue>>;
  readonly folded: Folded;
}

/** Finds the numbers that host expressions are made of. */
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

/** Evaluates expressions of the host in float64; gives the value of each that they are made of. */
export function evaluate(roots: readonly Expression[], lookup: ScalarLookup): (e: Expression) => number {
  const order = reachable(roots).filter(({ kind }) => kind !== "constant");
  const values = new Float64Array(1 + Math.max(0, ...order.map(({ id }) => id)));
  evaluateHost(order, values, lookup);
  return (e) => hostValue(e, values);
}
