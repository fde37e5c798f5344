import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * AggMo: SGD with three momentum buffers of different memory, whose mean is the step: the long one is fast, and the
 * short ones damp its swinging.
 *
 * When: a momentum of 0.99 would help but oscillates. When not: memory is short; it keeps a number a weight for each
 * buffer of momentum above 0.
 *
 * `lr` is in weight units per unit of gradient; the buffers make steps 37 times as long (0.9 alone: 10 times).
 */
export const aggmo = /* @__PURE__ */ defineOptimizer({
  name: "aggmo",
  title: "AggMo",
  paper: "https://arxiv.org/abs/1804.00325",
  hyperparameters: { lr: 1e-3, beta1: 0, beta2: 0.9, beta3: 0.99, weightDecay: 0 },
  state: ["buffer1", "buffer2", "buffer3"],
  rule: [
    "g = g + weightDecay * w",
    "buffer1 = beta1 * buffer1 + g",
    "buffer2 = beta2 * buffer2 + g",
    "buffer3 = beta3 * buffer3 + g",
    "w = w - lr * (buffer1 + buffer2 + buffer3) / 3",
  ],
});
