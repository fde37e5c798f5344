import { defineWrapper } from "./wrap.ts";

/**
 * Decoupled weight decay for any rule (Loshchilov & Hutter, https://arxiv.org/abs/1711.05101): w (1 - lr decay) before
 * the step, as AdamW in PyTorch, so that decay follows the rate's schedule. `decay` is 0.01 by default. Leave out
 * biases and norms by a group of the wrapper.
 *
 * @example
 * decoupledWeightDecay(sgd({ lr: 0.1 }), { decay: 0.01 }, { groups: [{ match: /bias|norm/, decay: 0 }] });
 */
export const decoupledWeightDecay = /* @__PURE__ */ defineWrapper({
  name: "decoupledWeightDecay",
  hyperparameters: { decay: 0.01 },
  ranges: { decay: "[0, inf)" },
  before: ["w = w * (1 - lr * decay)"],
  alternative: "weightDecay",
});

/**
 * Lookahead (Zhang et al., https://arxiv.org/abs/1907.08610): every `syncPeriod` steps (default 6) slow weights go
 * `slowStepSize` (default 0.5) of the way to the fast ones, which go on from there. Steadier at rates that are a bit
 * too high. Evaluates with the slow weights as a synchronization at that moment would leave them, which the authors ask
 * for before an evaluation; before the first synchronization the slow weights are still the start, so it evaluates with
 * the fast ones.
 */
export const lookahead = /* @__PURE__ */ defineWrapper({
  name: "lookahead",
  hyperparameters: { syncPeriod: 6, slowStepSize: 0.5 },
  ranges: { syncPeriod: "[1, inf) whole", slowStepSize: "(0, 1]" },
  state: ["slow"],
  first: ["slow = t == 1 ? w : slow"],
  after: ["slow = t % syncPeriod == 0 ? slow + slowStepSize * (w - slow) : slow", "w = t % syncPeriod == 0 ? slow : w"],
  evaluation: "t < syncPeriod ? w : slow + slowStepSize * (w - slow)",
  supersedable: true,
});

/**
 * An exponential moving average of the weights, to evaluate with: PyTorch's `AveragedModel` with `get_ema_avg_fn`.
 * `averageDecay` (default 0.999) is about 1 - 1 / (steps to average over). The first step copies, so the average of a
 * run much shorter than that stays near the first weights: let the decay rise with the step in such runs, as
 * TensorFlow's `num_updates` does: `averageDecay: (step) => Math.min(0.999, (1 + step) / (10 + step))`.
 */
export const exponentialMovingAverage = /* @__PURE__ */ defineWrapper({
  name: "exponentialMovingAverage",
  hyperparameters: { averageDecay: 0.999 },
  ranges: { averageDecay: "[0, 1]" },
  state: ["average"],
  after: ["average = t == 1 ? w : averageDecay * average + (1 - averageDecay) * w"],
  evaluation: "average",
});

/**
 * Stochastic weight averaging (Izmailov et al., https://arxiv.org/abs/1803.05407): the mean of the weights after step
 * `averageStart` (default 0) and every `averagePeriod` steps (default 1: one epoch's steps are usual) from there, to
 * evaluate with. Hold the rate constant or cyclical meanwhile. Batch norm's statistics must be measured again for the
 * mean.
 */
export const stochasticWeightAveraging = /* @__PURE__ */ defineWrapper({
  name: "stochasticWeightAveraging",
  hyperparameters: { averageStart: 0, averagePeriod: 1 },
  ranges: { averageStart: "[0, inf) whole", averagePeriod: "[1, inf) whole" },
  state: ["average", "averaged"],
  after: [
    "isDue = t > averageStart ? (t - averageStart - 1) % averagePeriod == 0 : 0",
    "averaged = averaged + isDue",
    "average = isDue == 1 ? average + (w - average) / averaged : average",
  ],
  evaluation: "averaged > 0 ? average : w",
});
