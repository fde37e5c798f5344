import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * ADOPT: Adam that divides by the mean square before the newest gradient and applies momentum afterwards. It converges
 * at any `beta2`, where Adam may not.
 *
 * When: Adam is unstable, or its `beta2` hard to choose. When not: very short runs; the first step only measures the
 * squares and does not change the weights.
 *
 * `lr` is about the size of a step in weight units. Quotients are clipped to `(t - 1)^0.25` as in the authors' code;
 * `useClipping: false` is the paper's first version.
 */
export const adopt = /* @__PURE__ */ defineOptimizer({
  name: "adopt",
  title: "ADOPT",
  paper: "https://arxiv.org/abs/2411.02853",
  hyperparameters: {
    /** Learning rate: about the size of a step in weight units. Default 1e-3. */
    lr: 1e-3,
    /** Share of the mean of normalized gradients kept per step, in [0, 1). Default 0.9. */
    beta1: 0.9,
    /** Share of the mean of squared gradients kept per step, in [0, 1). Default 0.9999. */
    beta2: 0.9999,
    /** Smallest divisor. Default 1e-6. */
    eps: 1e-6,
    /** True to clip normalized gradients to `(t - 1)^0.25`, as the authors' code does. Default true. */
    useClipping: true,
  },
  state: ["m", "v"],
  rule: [
    "u = g / max(sqrt(v), eps)",
    "bound = (t - 1)^0.25",
    "u = useClipping ? clamp(u, -bound, bound) : u",
    "m = beta1 * m + (t == 1 ? 0 : 1 - beta1) * u",
    "v = beta2 * v + (t == 1 ? 1 : 1 - beta2) * g^2",
    "w = w - lr * m",
  ],
});
