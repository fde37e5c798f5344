import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * Adagrad: divides each gradient by the root of the sum of all its squares so far: rare features keep a high rate.
 *
 * When: sparse inputs (words, categories) and convex problems. When not: deep nets, as the sum only grows and the
 * rate with it only falls; RMSprop and Adam forget instead.
 *
 * `lr` is the size of the first step, in weight units. Eps is outside of the root, as in PyTorch. `epsInRoot`, with
 * `initialAccumulatorValue: 0.1` and `eps: 1e-7`, is TensorFlow's and Keras's.
 */
export const adagrad = /* @__PURE__ */ defineOptimizer({
  name: "adagrad",
  title: "Adagrad",
  paper: "https://jmlr.org/papers/v12/duchi11a.html",
  hyperparameters: {
    lr: 1e-2,
    lrDecay: 0,
    weightDecay: 0,
    initialAccumulatorValue: 0,
    eps: 1e-10,
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
