import { defineOptimizer } from "../definition/define-optimizer.ts";
import { transcendental } from "../vocabularies/transcendental.ts";

/**
 * MADGRAD: dual averaging with Adagrad's division, by a cube root instead of a square root, and momentum.
 *
 * When: convolutional nets and sparse problems, where it can match SGD's accuracy at Adam's speed. When not: strong
 * weight decay; it needs less than others, or none, and a rate found anew.
 *
 * `lr` has no simple unit: search around 1e-2, over a wider range than for others. As in Optax, eps is also added to the
 * rate, and the step's factor is kept in float32.
 */
export const madgrad = /* @__PURE__ */ defineOptimizer({
  name: "madgrad",
  title: "MADGRAD",
  paper: "https://arxiv.org/abs/2101.11075",
  hyperparameters: { lr: 1e-2, momentum: 0.9, weightDecay: 0, eps: 1e-6 },
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
