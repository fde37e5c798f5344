import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * Schedule-free SGD: takes gradients between SGD's own point `z` and the average `x` of its path. The average replaces
 * a falling rate, without knowing when the run ends.
 *
 * When: the length of the run is open. When not: models with batch normalization, whose statistics must be measured
 * again for the weights to evaluate with, which are `x` instead of `w` (`withEvaluationWeights`).
 *
 * `lr` is in weight units per unit of gradient: 10 to 50 times SGD's with momentum. `warmupSteps` raise it in equal
 * steps, as in the authors' code; `beta1` is the average's weight in the point of the gradient. `mix` keeps the `beta1`
 * of the last step, which recovers the average if `beta1` follows a schedule.
 */
export const scheduleFreeSgd = /* @__PURE__ */ defineOptimizer({
  name: "scheduleFreeSgd",
  title: "Schedule-free SGD",
  paper: "https://arxiv.org/abs/2405.15682",
  scheduleFree: true,
  hyperparameters: {
    /** Learning rate, in weight units per unit of gradient. Default 1. */
    lr: 1,
    /** Steps in which the rate rises linearly to `lr`. Default 0. */
    warmupSteps: 0,
    /** Weight of the average `x` in the point where gradients are taken, in (0, 1). Default 0.9. */
    beta1: 0.9,
    /** L2 penalty: `weightDecay * w` is added to the gradient. Default 0. */
    weightDecay: 0,
    /** Power of the largest rate so far that weights each point of the average. Default 2. */
    weightLrPower: 2,
  },
  state: ["z", "lrMax", "weightSum", "mix"],
  rule: [
    "rate = lr * min(1, t / warmupSteps)",
    "lrMax = max(lrMax, rate)",
    "weightSum = weightSum + lrMax^weightLrPower",
    "share = weightSum == 0 ? 0 : lrMax^weightLrPower / weightSum",
    "z = t == 1 ? w : z",
    "mix = t == 1 ? beta1 : mix",
    "x = (w - (1 - mix) * z) / mix",
    "z = z - rate * (g + weightDecay * w)",
    "x = (1 - share) * x + share * z",
    "mix = beta1",
    "w = mix * x + (1 - mix) * z",
  ],
  point: "z",
  evaluation: "(w - (1 - mix) * z) / mix",
  ranges: { warmupSteps: "[0, inf)", beta1: "(0, 1)", weightLrPower: "[0, inf)" },
});
