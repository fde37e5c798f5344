import { defineOptimizer } from "../definition/define-optimizer.ts";
import { transcendental } from "../vocabularies/transcendental.ts";

/**
 * MADGRAD: dual averaging with Adagrad's division, by a cube root instead of a square root, and momentum.
 *
 * When: convolutional networks and sparse problems, where it can match SGD's accuracy at Adam's speed. When not: strong
 * weight decay; it needs less than others, or none, and its own search for a rate.
 *
 * `lr` has no simple unit: search around 1e-2, over a wider range than for others. As in Optax, eps is also added to
 * the rate, and the step's factor is kept in float32.
 */
export const madgrad = /* @__PURE__ */ defineOptimizer({
  name: "madgrad",
  title: "MADGRAD",
  paper: "https://arxiv.org/abs/2101.11075",
  hyperparameters: {
    /** Learning rate, without a simple unit. Default 1e-2. */
    lr: 1e-2,
    /** Share of the weights kept per step, in [0, 1). Default 0.9. */
    momentum: 0.9,
    /** L2 penalty: `weightDecay * w` is added to the gradient. Default 0. */
    weightDecay: 0,
    /** Number added to the cube root and to the rate. Default 1e-6. */
    eps: 1e-6,
  },
  state: ["start", "s", "v"],
  point: "start",
  uses: [transcendental],
  rule: [
    "g = g + weightDecay * w",
    "factor = float32(float32(lr + eps) * float32(sqrt(t)))",
    "start = t == 1 ? w : start",
    "s = s + factor * g",
    "v = v + factor * g^2",
    "z = start - s / (v^(1 / 3) + eps)",
    "w = momentum * w + (1 - momentum) * z",
  ],
  ranges: { momentum: "[0, 1)" },
});
