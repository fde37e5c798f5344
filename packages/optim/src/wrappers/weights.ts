import { defineWrapper } from "./wrap.ts";

/**
 * Decoupled weight decay for any rule (Loshchilov & Hutter, https://arxiv.org/abs/1711.05101): w (1 - lr decay) before
 * the step, as AdamW in PyTorch, so that the decay follows the rate's schedule. Exclude biases and norms by a group of
 * the wrapper.
 *
 * @example
 * decoupledWeightDecay(sgd({ lr: 0.1 }), { decay: 0.01 }, { groups: [{ match: /bias|norm/, decay: 0 }] });
 */
export const decoupledWeightDecay = /* @__PURE__ */ defineWrapper({
  name: "decoupledWeightDecay",
  hyperparameters: {
    /** Decoupled weight decay: weights shrink by `lr * decay` per step. Default 0.01. */
    decay: 0.01,
  },
  ranges: { decay: "[0, inf)" },
  before: ["w = w * (1 - lr * decay)"],
  alternative: "weightDecay",
});

/**
 * Lookahead (Zhang et al., https://arxiv.org/abs/1907.08610): every `syncPeriod` steps, slow weights move
 * `slowStepSize` of the way to the fast ones, which continue from there. It is more stable at rates that are slightly
 * too high. It evaluates with the slow weights as a synchronization at that moment would leave them, which the authors
 * recommend before an evaluation. Before the first synchronization the slow weights are still the initial ones, so it
 * evaluates with the fast ones.
 */
export const lookahead = /* @__PURE__ */ defineWrapper({
  name: "lookahead",
  hyperparameters: {
    /** Steps between two synchronizations, a whole number. Default 6. */
    syncPeriod: 6,
    /** Share of the way that the slow weights move to the fast ones, in (0, 1]. Default 0.5. */
    slowStepSize: 0.5,
  },
  ranges: { syncPeriod: "[1, inf) whole", slowStepSize: "(0, 1]" },
  state: ["slow"],
  first: ["slow = t == 1 ? w : slow"],
  after: ["slow = t % syncPeriod == 0 ? slow + slowStepSize * (w - slow) : slow", "w = t % syncPeriod == 0 ? slow : w"],
  evaluation: "t < syncPeriod ? w : slow + slowStepSize * (w - slow)",
  supersedable: true,
});

/**
 * Exponential moving average of the weights for evaluation: PyTorch's `AveragedModel` with `get_ema_avg_fn`. An
 * `averageDecay` of 1 - 1 / n averages over about n steps. The first step copies the weights, so the average of a much
 * shorter run stays near them. In such runs let the decay rise with the step, as TensorFlow's `num_updates` does:
 * `averageDecay: (step) => Math.min(0.999, (1 + step) / (10 + step))`. `train` of @downhill/train does so for a constant
 * decay that is too long. The running statistics of batch normalization belong to the current weights, not to the
 * average: measure them again with `measureBatchNorm` of @downhill/graph, which `train` calls.
 */
export const exponentialMovingAverage = /* @__PURE__ */ defineWrapper({
  name: "exponentialMovingAverage",
  hyperparameters: {
    /** Share of the average kept per step, in [0, 1]. Default 0.999. */
    averageDecay: 0.999,
  },
  ranges: { averageDecay: "[0, 1]" },
  state: ["average"],
  after: ["average = t == 1 ? w : averageDecay * average + (1 - averageDecay) * w"],
  evaluation: "average",
});

/**
 * Stochastic weight averaging (Izmailov et al., https://arxiv.org/abs/1803.05407): evaluates with the mean of the
 * weights after step `averageStart` and every `averagePeriod` steps from there (usually the steps of one epoch). Hold
 * the rate constant or cyclical meanwhile. Batch normalization's statistics must be measured again for the mean, with
 * `measureBatchNorm` of @downhill/graph; `train` of @downhill/train does it.
 */
export const stochasticWeightAveraging = /* @__PURE__ */ defineWrapper({
  name: "stochasticWeightAveraging",
  hyperparameters: {
    /** Steps before the first point of the average, a whole number. Default 0. */
    averageStart: 0,
    /** Steps between two points of the average, a whole number. Default 1. */
    averagePeriod: 1,
  },
  ranges: { averageStart: "[0, inf) whole", averagePeriod: "[1, inf) whole" },
  state: ["average", "averaged"],
  after: [
    "isDue = t > averageStart ? (t - averageStart - 1) % averagePeriod == 0 : 0",
    "averaged = averaged + isDue",
    "average = isDue == 1 ? average + (w - average) / averaged : average",
  ],
  evaluation: "averaged > 0 ? average : w",
});
