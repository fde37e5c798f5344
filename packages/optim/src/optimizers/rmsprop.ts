import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * RMSprop: divides each gradient by the root of the mean of its recent squares; Adagrad that forgets.
 *
 * When: recurrent networks, reinforcement learning, and networks of its time (Inception, EfficientNet) with momentum
 * 0.9. When not: elsewhere Adam, which is RMSprop with momentum and a correction of the first steps, needs less tuning.
 *
 * `lr` is about the size of a step in weight units; the first steps are 10 times that, because the mean starts at zero.
 * Eps is outside the root, as in PyTorch; `epsInRoot`, `lrInMomentum` and `alpha: 0.9` give TensorFlow's rule.
 * `centered` divides by the standard deviation; rounding cannot make its variance negative.
 */
export const rmsprop = /* @__PURE__ */ defineOptimizer({
  name: "rmsprop",
  title: "RMSprop",
  paper: "https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf",
  hyperparameters: {
    /** Learning rate: about the size of a step in weight units. Default 1e-2. */
    lr: 1e-2,
    /** Share of the mean square kept per step, in [0, 1). Default 0.99. */
    alpha: 0.99,
    /** Number added to the divisor, so that it is never 0. Default 1e-8. */
    eps: 1e-8,
    /** L2 penalty: `weightDecay * w` is added to the gradient. Default 0. */
    weightDecay: 0,
    /** Share of the momentum buffer kept per step. Default 0. */
    momentum: 0,
    /** True to divide by the standard deviation instead of the root mean square. Default false. */
    centered: false,
    /** True to add `eps` inside the square root, as TensorFlow and Keras do. Default false. */
    epsInRoot: false,
    /** True to multiply by the rate before the momentum buffer instead of after it. Default false. */
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
