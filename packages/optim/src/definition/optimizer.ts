import type { Dtype } from "../parameters/dtype.ts";
import type { Parameters } from "../parameters/parameters.ts";
import type { Rule } from "../rule/rule.ts";
import type { BindOptions } from "../updater/options.ts";
import { Updater } from "../updater/updater.ts";
import { type Group, showMatch } from "./groups.ts";
import { checkHyperparameters, type Hyperparameters } from "./hyperparameters.ts";
import type { OptimizerParts } from "./parts.ts";

/** Options of an optimizer besides its hyperparameters. */
export interface OptimizerOptions<Arguments = Hyperparameters> {
  /** Tensors with hyperparameters of their own. */
  readonly groups?: readonly Group<Arguments>[];
}

/** Throws unless a wrapper's first argument is an optimizer whose gradients the caller evaluates. */
export function checkIsOptimizer(wrapper: string, optimizer: unknown): asserts optimizer is Optimizer {
  if (optimizer instanceof Optimizer) return;
  const isBindable = typeof optimizer === "object" && optimizer !== null && "bind" in optimizer;
  throw new TypeError(
    isBindable
      ? `${wrapper} cannot wrap an optimizer that evaluates gradients itself: put sharpnessAware outermost; lbfgs takes no wrapper`
      : `${wrapper}: expected an optimizer as the first argument, such as ${wrapper}(sgd({ lr: 0.1 }))`,
  );
}

/** A rule with its hyperparameters: bind it to parameters to use it. */
export class Optimizer {
  /** @throws if a hyperparameter is unknown or invalid, also in a group */
  constructor(readonly parts: OptimizerParts) {
    const { rule, hyperparameters, groups } = parts;
    this.#check(rule.name, hyperparameters);
    for (const { match, frozen, ...own } of groups) {
      this.#check(`${rule.name}, group ${showMatch(match)}`, { ...hyperparameters, ...own });
    }
  }

  #check(owner: string, hyperparameters: Hyperparameters): void {
    const { space, checks } = this.parts;
    checkHyperparameters(owner, space, hyperparameters);
    for (const check of checks) {
      const problem = check({ ...space.defaults, ...hyperparameters });
      if (problem) throw new RangeError(`${owner}: ${problem}`);
    }
  }

  /** Name of the rule or the split, with its wrappers. */
  get name(): string {
    return this.parts.name;
  }

  /** The update rule, for `toLatex` and `toWgsl`; of a split, that of its first part. */
  get rule(): Rule {
    return this.parts.rule;
  }

  /** Returns the updater that applies this optimizer to parameters; allocates its state in their arena. */
  bind(parameters: Parameters<Dtype>, options: BindOptions = {}): Updater {
    return new Updater(this.parts, parameters, options);
  }
}
