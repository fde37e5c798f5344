import { defineOptimizer } from "../definition/define-optimizer.ts";
import type { HyperparameterArguments } from "../definition/hyperparameters.ts";
import { mapParts } from "../definition/map-parts.ts";
import { checkIsOptimizer, type Optimizer } from "../definition/optimizer.ts";
import { omitUndefined } from "../omit-undefined.ts";
import type { Dtype } from "../parameters/dtype.ts";
import type { Parameters } from "../parameters/parameters.ts";
import type { HyperparameterValue } from "../rule/rule.ts";
import { optimizerMisfit } from "../updater/misfit.ts";
import type { BindOptions, RestoreOptions } from "../updater/options.ts";
import type { UpdaterState } from "../updater/state.ts";
import { type MicroStep, setSteps, type Updater } from "../updater/updater.ts";
import { reductions } from "../vocabularies/reductions.ts";

/** First of the two moves: uphill along the gradient, a distance of `rho` over all tensors. */
const ascent = /* @__PURE__ */ defineOptimizer({
  name: "sharpnessAwareAscent",
  title: "SAM's ascent",
  paper: "https://arxiv.org/abs/2010.01412",
  hyperparameters: {
    /** Radius of the neighborhood, in weight units. Default 0.05. */
    rho: 0.05,
    /** True to scale the neighborhood by the weights (ASAM). Default false. */
    adaptive: false,
  },
  ranges: { rho: "[0, inf)" },
  uses: [reductions],
  rule: ["scale = adaptive ? abs(w) : 1", "w = w + rho * (scale * scale * g) / (totalNorm(scale * g) + 1e-12)"],
});

interface SharpnessAwareHyperparameters {
  /** Radius of the neighborhood, in weight units. Default 0.05. */
  rho: number;
  /** True to scale the neighborhood by the weights (ASAM). Default false. */
  adaptive: boolean;
}

/** An optimizer with sharpness-aware minimization, bound to parameters. */
export interface SharpnessAwareUpdater {
  /**
   * Takes a step and returns the loss at the weights. `closure` computes the loss at the parameters' values, writes the
   * gradients and returns the loss; it is called twice, at the weights and at the worst point near them. If it returns a
   * promise, so does the step; await it before the next one.
   * @param call place of the call in its update; only with gradient accumulation
   * @throws Error during `withEvaluationWeights`, during an asynchronous step, or after `dispose()`
   */
  step(closure: () => number, call?: MicroStep): number;
  step(closure: () => Promise<number>, call?: MicroStep): Promise<number>;
  /** Number of updates taken so far. */
  readonly steps: number;
  /** Number of steps skipped because one of their two gradients was not finite (`guard: "skip"`). */
  readonly skipped: number;
  readonly hyperparameters: Readonly<Record<string, HyperparameterValue>>;
  state(): UpdaterState;
  restore(saved: UpdaterState, options?: RestoreOptions): void;
  /** Runs `evaluate` with the evaluation weights of the wrapped optimizer. */
  withEvaluationWeights<T>(evaluate: () => T): T;
  /** Returns the memory of the state to the arena of the parameters. Later calls throw. */
  dispose(): void;
}

/**
 * Sharpness-aware minimization (Foret et al., https://arxiv.org/abs/2010.01412): takes the gradient at the worst point
 * within `rho` of the weights, and so prefers flat minima, which generalize better. It computes two gradients per step.
 * `adaptive` scales the neighborhood by the weights (ASAM, https://arxiv.org/abs/2102.11600; with a `rho` about ten
 * times as large). Keep batch normalization's running statistics from the first of the two evaluations.
 *
 * Both gradients belong to one step: `rho` follows the wrapped optimizer's count of updates, and `guard: "skip"` skips
 * the whole step if either gradient is not finite. Wrap other wrappers with it, not the other way around.
 *
 * @example
 * const updater = sharpnessAware(sgd({ lr: 0.1, momentum: 0.9 }), { rho: 0.05 }).bind(parameters);
 * updater.step(() => { computeGradients(); return loss; });
 * @example
 * await updater.step(async () => (await trainingStep.run(images, labels)).loss);
 */
export function sharpnessAware(
  optimizer: Optimizer,
  hyperparameters: HyperparameterArguments<SharpnessAwareHyperparameters> = {},
): { bind(parameters: Parameters<Dtype>, options?: BindOptions): SharpnessAwareUpdater } {
  checkIsOptimizer("sharpnessAware", optimizer);
  const climber = mapParts(optimizer, (parts) => {
    const { maximize = false } = parts.hyperparameters;
    const groups = parts.groups.map(({ match, frozen, maximize }) => omitUndefined({ match, frozen, maximize }));
    // To maximize, the worst point lies downhill.
    return ascent({ ...hyperparameters, maximize: maximize as boolean }, { groups: groups as never }).parts;
  });
  const name = `sharpnessAware(${optimizer.name})`;
  return {
    bind(parameters, options = {}) {
      const up = climber.bind(parameters, options);
      const updater = optimizer.bind(parameters, options);
      const before = parameters.values.slice();
      /** Returns true if an updater took its step, false if it skipped it. */
      const moves = (one: Updater): boolean => {
        const { skipped } = one;
        one.step();
        return one.skipped === skipped;
      };
      /** True while an asynchronous step runs, in which the weights may be those of the worst point. */
      let isRunning = false;
      const checkIdle = (): void => {
        if (isRunning) throw new Error(`${name}: an asynchronous step is running. Await it first.`);
      };
      /** Moves to the worst point; returns false if its gradient was skipped. */
      const climb = (): boolean => {
        before.set(parameters.values);
        setSteps(up, updater.steps);
        return moves(up);
      };
      const stepAsync = async (first: Promise<number>, closure: () => unknown, call?: MicroStep): Promise<number> => {
        isRunning = true;
        try {
          const loss = await first;
          try {
            if (!climb()) return loss;
            await closure();
          } finally {
            parameters.values.set(before);
          }
          updater.step(call);
          return loss;
        } finally {
          isRunning = false;
        }
      };
      const step = (closure: () => number | Promise<number>, call?: MicroStep): number | Promise<number> => {
        checkIdle();
        if (typeof closure !== "function") {
          throw new TypeError(`${name} evaluates the gradient twice a step: call step(() => { ...; return loss; })`);
        }
        const loss = closure();
        if (loss instanceof Promise) return stepAsync(loss, closure, call);
        try {
          if (!climb()) return loss;
          closure();
        } finally {
          parameters.values.set(before);
        }
        updater.step(call);
        return loss;
      };
      return {
        step: step as SharpnessAwareUpdater["step"],
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
        state() {
          checkIdle();
          return { ...updater.state(), optimizer: name };
        },
        restore(saved, options) {
          checkIdle();
          const misfit = optimizerMisfit(saved, name);
          if (misfit) throw new Error(`the saved state does not fit: ${misfit}`);
          updater.restore({ ...saved, optimizer: optimizer.name }, options);
        },
        withEvaluationWeights(evaluate) {
          checkIdle();
          return updater.withEvaluationWeights(evaluate);
        },
        dispose() {
          updater.dispose();
          up.dispose();
        },
      };
    },
  };
}
