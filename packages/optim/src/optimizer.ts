import type { Backend } from "./backends/backend.ts";
import { type Group, showMatch } from "./groups.ts";
import { checkHyperparameters, type HyperparameterSettings, type HyperparameterSpace } from "./hyperparameters.ts";
import type { Parameters } from "./parameters.ts";
import type { Rule } from "./rule/rule.ts";
import { Updater } from "./updater/updater.ts";

export interface OptimizerOptions<Arguments = HyperparameterSettings> {
  readonly groups?: readonly Group<Arguments>[];
}

/** What to do with a step whose gradient has an element that is not finite. */
export type Guard = "throw" | "skip" | "allow";

export interface BindOptions {
  /** Default `"wasm"` for float32 where WebAssembly has SIMD, else `"interpreter"`. */
  readonly backend?: Backend["name"];
  /**
   * A gradient that is NaN or infinite: `"throw"` (default) stops before its tensor's element is touched, and names
   * it; `"skip"` looks at all gradients first, leaves everything as it is, and counts; `"allow"` does not look.
   */
  readonly guard?: Guard;
  /** Of `random()` in rules. Default 0. */
  readonly seed?: number;
  /** Run the rule in the order of its text, not the rearranged plan. Default: only on the interpreter. */
  readonly asWritten?: boolean;
  /** Let kernels fuse products into sums where the engine can (2 to 15 % in cache; no bit equality). Default false. */
  readonly relaxedSimd?: boolean;
}

/** What an optimizer is made of; wrappers make a new one from another's. */
export interface OptimizerParts {
  readonly rule: Rule;
  readonly space: HyperparameterSpace;
  readonly settings: HyperparameterSettings;
  readonly groups: readonly Group[];
  /** What hyperparameters must satisfy together: a message where they do not. */
  readonly checks: readonly ((values: Readonly<Record<string, unknown>>) => string | undefined)[];
  /** The rule makes no sense for tensors of fewer axes. */
  readonly minimumRank: number;
  /** The state that holds a point from which the rule computes the weights anew: moving only the weights is undone. */
  readonly point: string | null;
}

/** Refuses to wrap anything else, such as an optimizer that evaluates its gradients itself. */
export function checkIsOptimizer(wrapper: string, optimizer: unknown): asserts optimizer is Optimizer {
  if (optimizer instanceof Optimizer) return;
  const isBindable = typeof optimizer === "object" && optimizer !== null && "bind" in optimizer;
  throw new TypeError(
    isBindable
      ? `${wrapper} cannot be put around an optimizer that evaluates gradients itself: put sharpnessAware outermost; lbfgs takes no wrapper`
      : `${wrapper} is put around an optimizer, such as ${wrapper}(sgd({ lr: 0.1 })): this is none`,
  );
}

/** A rule with its hyperparameters: bind it to parameters to use it. */
export class Optimizer {
  readonly parts: OptimizerParts;

  constructor(parts: OptimizerParts) {
    this.parts = parts;
    const { rule, space, settings, groups } = parts;
    this.#check(rule.name, settings);
    for (const { match, frozen, ...own } of groups) {
      checkHyperparameters(`${rule.name}, group ${showMatch(match)}`, space, own);
      this.#check(`${rule.name}, group ${showMatch(match)}`, { ...settings, ...own });
    }
  }

  #check(owner: string, settings: HyperparameterSettings): void {
    checkHyperparameters(owner, this.parts.space, settings);
    for (const check of this.parts.checks) {
      const problem = check({ ...this.parts.space.defaults, ...settings });
      if (problem) throw new RangeError(`${owner}: ${problem}`);
    }
  }

  get name(): string {
    return this.parts.rule.name;
  }

  get rule(): Rule {
    return this.parts.rule;
  }

  /** The updater that applies this optimizer to the given parameters; allocates its state in their arena. */
  bind(parameters: Parameters, options: BindOptions = {}): Updater {
    return new Updater(this.parts, parameters, options);
  }
}
