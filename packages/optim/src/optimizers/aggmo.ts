import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * AggMo: SGD with three momentum buffers of different memory, whose mean is the step: the long one is fast, and the
 * short ones damp its oscillation.
 *
 * When: a momentum of 0.99 would help but oscillates. When not: memory is short; it keeps one number per weight for
 * each buffer with a momentum above 0.
 *
 * `lr` is in weight units per unit of gradient; the buffers make steps 37 times as long (0.9 alone: 10 times).
 */
export const aggmo = /* @__PURE__ */ defineOptimizer({
  name: "aggmo",
  title: "AggMo",
  paper: "https://arxiv.org/abs/1804.00325",
  hyperparameters: {
    /** Learning rate, in weight units per unit of gradient. Default 1e-3. */
    lr: 1e-3,
    /** Share of the first momentum buffer kept per step, in [0, 1). Default 0. */
    beta1: 0,
    /** Share of the second momentum buffer kept per step, in [0, 1). Default 0.9. */
    beta2: 0.9,
    /** Share of the third momentum buffer kept per step, in [0, 1). Default 0.99. */
    beta3: 0.99,
    /** L2 penalty: `weightDecay * w` is added to the gradient. Default 0. */
    weightDecay: 0,
  },
  state: ["buffer1", "buffer2", "buffer3"],
  rule: [
    "g = g + weightDecay * w",
    "buffer1 = beta1 * buffer1 + g",
    "buffer2 = beta2 * buffer2 + g",
    "buffer3 = beta3 * buffer3 + g",
    "w = w - lr * (buffer1 + buffer2 + buffer3) / 3",
  ],
});
