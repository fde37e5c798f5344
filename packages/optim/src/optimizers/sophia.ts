import { defineOptimizer } from "../definition/define-optimizer.ts";
import { suggest } from "../nearest.ts";
import type { FloatArray } from "../parameters/dtype.ts";
import type { Updater } from "../updater/updater.ts";

/**
 * Sophia: momentum divided by a running mean of the diagonal of the Hessian, and clipped to 1, so that flat directions
 * take long steps and no direction a longer one than `lr`.
 *
 * When: long runs of language models, where products with the Hessian every 10 steps pay off. When not: small networks
 * on images, where AdamW costs less.
 *
 * It needs estimates of the diagonal, and so is not in the registry: pass one to `addHessianDiagonal` before the first
 * step and every 10 steps, such as that of `estimateHessianDiagonal` of @downhill/graph (Hutchinson's estimate, Sophia-H).
 * Until then all steps have the length `lr`, as those of the sign. `lr` is the largest step in weight units: 3 to 5 times
 * Lion's, a little less than AdamW's.
 *
 * @example
 * const updater = sophia({ lr: 3e-4 }).bind(network.parameters);
 * if (step % 10 === 0) addHessianDiagonal(updater, await estimateHessianDiagonal(hessian, network, { step }, images, labels));
 * updater.step();
 */
export const sophia = /* @__PURE__ */ defineOptimizer({
  name: "sophia",
  title: "Sophia",
  paper: "https://arxiv.org/abs/2305.14342",
  hyperparameters: {
    /** Learning rate: the largest step in weight units; it also multiplies the weight decay. Default 1e-3. */
    lr: 1e-3,
    /** Share of the mean of gradients kept per step, in [0, 1). Default 0.965. */
    beta1: 0.965,
    /** Share of the mean of estimates kept per estimate, in [0, 1). Default 0.99. */
    beta2: 0.99,
    /** Factor of the diagonal in the divisor: a smaller one clips more elements. Default 0.01. */
    gamma: 0.01,
    /** Smallest divisor. Default 1e-12. */
    eps: 1e-12,
    /** Decoupled weight decay: weights shrink by `lr * weightDecay` per step. Default 0.1. */
    weightDecay: 0.1,
  },
  state: ["m", "h"],
  rule: [
    "m = beta1 * m + (1 - beta1) * g",
    // Only estimates change the diagonal; the first case gives it one number for each element.
    "h = t == 0 ? g : h",
    "w = w * (1 - lr * weightDecay) - lr * clamp(m / max(gamma * h, eps), -1, 1)",
  ],
  ranges: { gamma: "[0, inf)", eps: "(0, inf)" },
});

/**
 * Adds an estimate of the diagonal of the Hessian to the running means of a Sophia updater.
 * @param estimates values by the names of all tensors that are not frozen
 * @throws Error for an updater of another optimizer, and for an estimate that is missing or has another length
 */
export function addHessianDiagonal(updater: Updater, estimates: Readonly<Record<string, ArrayLike<number>>>): void {
  const saved = updater.state();
  for (const { names, frozen, hyperparameters } of updater.groups) {
    if (frozen) continue;
    const { beta2 } = hyperparameters as { readonly beta2: number };
    for (const name of names) {
      const h = saved.tensors[name]?.values.h as FloatArray | undefined;
      if (h === undefined || beta2 === undefined) {
        throw new Error(`addHessianDiagonal: '${name}' has no state of sophia: bind sophia(), with any wrappers`);
      }
      const estimate = estimates[name];
      if (!estimate)
        throw new Error(`addHessianDiagonal: no estimate of '${name}': ${suggest(name, Object.keys(estimates))}`);
      if (estimate.length !== h.length) {
        throw new Error(`addHessianDiagonal: ${estimate.length} numbers for '${name}': expected ${h.length}`);
      }
      for (let i = 0; i < h.length; i++) h[i] = beta2 * (h[i] as number) + (1 - beta2) * (estimate[i] as number);
    }
  }
  updater.restore(saved);
}
