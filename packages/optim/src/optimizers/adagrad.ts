import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * Adagrad: divides each gradient by the root of the sum of all its squares so far, so that rare features keep a high
 * rate.
 *
 * When: sparse inputs (words, categories) and convex problems. When not: deep networks, because the sum only grows and
 * the rate only falls; RMSprop and Adam forget instead.
 *
 * `lr` is the size of the first step in weight units. Eps is outside the root, as in PyTorch. `epsInRoot`, with
 * `initialAccumulatorValue: 0.1` and `eps: 1e-7`, gives TensorFlow's and Keras's rule.
 */
export const adagrad = /* @__PURE__ */ defineOptimizer({
  name: "adagrad",
  title: "Adagrad",
  paper: "https://jmlr.org/papers/v12/duchi11a.html",
  hyperparameters: {
    /** Learning rate: size of the first step in weight units. Default 1e-2. */
    lr: 1e-2,
    /** Decay of the rate: step t uses `lr / (1 + (t - 1) * lrDecay)`. Default 0. */
    lrDecay: 0,
    /** L2 penalty: `weightDecay * w` is added to the gradient. Default 0. */
    weightDecay: 0,
    /** Value with which the sums of squares start. Default 0. */
    initialAccumulatorValue: 0,
    /** Number added to the divisor, so that it is never 0. Default 1e-10. */
    eps: 1e-10,
    /** True to add `eps` inside the square root, as TensorFlow and Keras do. Default false. */
    epsInRoot: false,
  },
  state: ["s"],
  rule: [
    "g = g + weightDecay * w",
    "s = s + (t == 1 ? initialAccumulatorValue : 0) + g^2",
    "rate = lr / (1 + (t - 1) * lrDecay)",
    "w = w - rate * g / (epsInRoot ? sqrt(s + eps) : sqrt(s) + eps)",
  ],
  ranges: { lrDecay: "[0, inf)", initialAccumulatorValue: "[0, inf)" },
});
