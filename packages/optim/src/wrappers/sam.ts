import { defineOptimizer } from "../definition/define-optimizer.ts";
import type { HyperparameterArguments } from "../definition/hyperparameters.ts";
import { checkIsOptimizer, type Optimizer } from "../definition/optimizer.ts";
import type { Parameters } from "../parameters/parameters.ts";
import type { HyperparameterValue } from "../rule/rule.ts";
import { optimizerMisfit } from "../updater/misfit.ts";
import type { BindOptions } from "../updater/options.ts";
import type { UpdaterState } from "../updater/state.ts";
import { setSteps, type Updater } from "../updater/updater.ts";
import { reductions } from "../vocabularies/reductions.ts";

/** The first of the two moves: uphill along the gradient, a distance of `rho` over all tensors. */
const ascent = /* @__PURE__ */ defineOptimizer({
  name: "sharpnessAwareAscent",
  title: "SAM's ascent",
  paper: "https://arxiv.org/abs/2010.01412",
  hyperparameters: { rho: 0.05, adaptive: false },
  ranges: { rho: "[0, inf)" },
  uses: [reductions],
  rule: ["scale = adaptive ? abs(w) : 1", "w = w + rho * (scale * scale * g) / (totalNorm(scale * g) + 1e-12)"],
});

export interface SharpnessAwareUpdater {
  /**
   * Takes a step: `closure` computes the loss at the parameters' values, writes the gradients and returns the loss; it
   * is called twice, at the weights and at the worst place near them. Returns the loss at the weights.
   */
  step(closure: () => number): number;
  /** Updates taken so far. */
  readonly steps: number;
  /** Steps left out because one of their two gradients was not finite (`guard: "skip"`). */
  readonly skipped: number;
  readonly hyperparameters: Readonly<Record<string, HyperparameterValue>>;
  state(): UpdaterState;
  restore(saved: UpdaterState): void;
  /** As the wrapped optimizer's updater has it. */
  withEvaluationWeights<T>(evaluate: () => T): T;
}

/**
 * Sharpness-aware minimization (Foret et al., https://arxiv.org/abs/2010.01412): takes the gradient at the worst place
 * within `rho` (default 0.05) of the weights, and so prefers flat minima, which generalize better. Two gradients a
 * step. `adaptive` scales the neighborhood by the weights (ASAM, https://arxiv.org/abs/2102.11600; rho about ten
 * times as large). Keep batch norm's running statistics from the first of the two evaluations.
 *
 * Both gradients belong to one step: `rho` follows the wrapped optimizer's count of updates, and `guard: "skip"` leaves
 * out the whole step where either gradient is not finite. Wrap other wrappers with it, not the other way round.
 *
 * @example
 * const updater = sharpnessAware(sgd({ lr: 0.1, momentum: 0.9 }), { rho: 0.05 }).bind(parameters);
 * updater.step(() => { computeGradients(); return loss; });
 */
export function sharpnessAware(
  optimizer: Optimizer,
  hyperparameters: HyperparameterArguments<{ rho: number; adaptive: boolean }> = {},
): { bind(parameters: Parameters, options?: BindOptions): SharpnessAwareUpdater } {
  checkIsOptimizer("sharpnessAware", optimizer);
  const { maximize = false } = optimizer.parts.hyperparameters;
  const groups = optimizer.parts.groups.map(({ match, frozen = false, ...own }) => ({
    match,
    frozen,
    ...("maximize" in own ? { maximize: own.maximize } : {}),
  }));
  // The worst place of what is to be maximized lies downhill.
  const climber = ascent({ ...hyperparameters, maximize: maximize as boolean }, { groups: groups as never });
  const name = `sharpnessAware(${optimizer.name})`;
  return {
    bind(parameters, options = {}) {
      const up = climber.bind(parameters, options);
      const updater = optimizer.bind(parameters, options);
      const before = parameters.values.slice();
      /** Whether an updater took its step, or left it out. */
      const moves = (one: Updater): boolean => {
        const { skipped } = one;
        one.step();
        return one.skipped === skipped;
      };
      return {
        step(closure) {
          if (typeof closure !== "function") {
            throw new TypeError(`${name} evaluates the gradient twice a step: call step(() => { ...; return loss; })`);
          }
          const loss = closure();
          before.set(parameters.values);
          setSteps(up, updater.steps);
          try {
            if (!moves(up)) return loss;
            closure();
          } finally {
            parameters.values.set(before);
          }
          updater.step();
          return loss;
        },
        get steps() {
          return updater.steps;
        },
        get skipped() {
          return up.skipped + updater.skipped;
        },
        get hyperparameters() {
          const { maximize: _, ...own } = up.hyperparameters;
          return { ...updater.hyperparameters, ...own };
        },
        state: () => ({ ...updater.state(), optimizer: name }),
        restore(saved) {
          const misfit = optimizerMisfit(saved, name);
          if (misfit) throw new Error(`the saved state does not fit: ${misfit}`);
          updater.restore({ ...saved, optimizer: optimizer.name });
        },
        withEvaluationWeights: (evaluate) => updater.withEvaluationWeights(evaluate),
      };
    },
  };
}
