import { defineOptimizer } from "../define.ts";
import type { HyperparameterArguments } from "../hyperparameters.ts";
import type { BindOptions, Optimizer } from "../optimizer.ts";
import type { Parameters } from "../parameters.ts";
import type { HyperparameterValue } from "../rule/rule.ts";
import type { UpdaterState } from "../updater/state.ts";
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
  readonly steps: number;
  readonly hyperparameters: Readonly<Record<string, HyperparameterValue>>;
  state(): UpdaterState;
  restore(saved: UpdaterState): void;
}

/**
 * Sharpness-aware minimisation (Foret et al., https://arxiv.org/abs/2010.01412): takes the gradient at the worst place
 * within `rho` (default 0.05) of the weights, and so prefers flat minima, which generalise better. Two gradients a
 * step. `adaptive` scales the neighbourhood by the weights (ASAM, https://arxiv.org/abs/2102.11600; rho about ten
 * times as large). Keep batch norm's running statistics from the first of the two evaluations.
 *
 * @example
 * const updater = sharpnessAware(sgd({ lr: 0.1, momentum: 0.9 }), { rho: 0.05 }).bind(parameters);
 * updater.step(() => { computeGradients(); return loss; });
 */
export function sharpnessAware(
  optimizer: Optimizer,
  settings: HyperparameterArguments<{ rho: number; adaptive: boolean }> = {},
): { bind(parameters: Parameters, options?: BindOptions): SharpnessAwareUpdater } {
  const frozen = optimizer.parts.groups.map(({ match, frozen = false }) => ({ match, frozen }));
  const climber = ascent(settings, { groups: frozen });
  return {
    bind(parameters, options = {}) {
      const up = climber.bind(parameters, options);
      const updater = optimizer.bind(parameters, options);
      const before = parameters.values.slice();
      const name = `sharpnessAware(${optimizer.name})`;
      return {
        step(closure) {
          if (typeof closure !== "function") {
            throw new TypeError(`${name} evaluates the gradient twice a step: call step(() => { ...; return loss; })`);
          }
          const loss = closure();
          before.set(parameters.values);
          try {
            up.step();
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
        get hyperparameters() {
          const { maximize: _, ...own } = up.hyperparameters;
          return { ...updater.hyperparameters, ...own };
        },
        state: () => ({ ...updater.state(), optimizer: name }),
        restore(saved) {
          if (saved?.optimizer !== name)
            throw new Error(
              `the saved state does not fit: it was saved by '${saved?.optimizer}', and this is '${name}'`,
            );
          updater.restore({ ...saved, optimizer: optimizer.name });
          up.restore({ ...up.state(), step: saved.step });
        },
      };
    },
  };
}
