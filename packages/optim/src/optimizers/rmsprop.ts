import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * RMSprop: divides each gradient by the root of the mean of its recent squares; Adagrad that forgets.
 *
 * When: recurrent nets, reinforcement learning, and networks of its time (Inception, EfficientNet) with momentum 0.9.
 * When not: otherwise Adam, which is RMSprop with momentum and a correction of the first steps, needs less tuning.
 *
 * `lr` is about the size of a step in weight units; first steps are 10 times that, as the mean starts at zero. Eps is
 * outside of the root, as in PyTorch; `epsInRoot`, `lrInMomentum` and `alpha: 0.9` are TensorFlow's. `centered`
 * divides by the standard deviation; its variance is kept from going below zero by rounding.
 */
export const rmsprop = /* @__PURE__ */ defineOptimizer({
  name: "rmsprop",
  title: "RMSprop",
  paper: "https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf",
  hyperparameters: {
    lr: 1e-2,
    alpha: 0.99,
    eps: 1e-8,
    weightDecay: 0,
    momentum: 0,
    centered: false,
    epsInRoot: false,
    lrInMomentum: false,
  },
  state: ["v", "gMean", "buffer"],
  rule: [
    "g = g + weightDecay * w",
    "v = alpha * v + (1 - alpha) * g^2",
    "gMean = alpha * gMean + (1 - alpha) * g",
    "variance = centered ? max(v - gMean^2, 0) : v",
    "u = g / (epsInRoot ? sqrt(variance + eps) : sqrt(variance) + eps)",
    "buffer = momentum * buffer + (lrInMomentum ? lr * u : u)",
    "w = w - (lrInMomentum ? buffer : lr * buffer)",
  ],
  ranges: { alpha: "[0, 1)" },
});
