import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * Schedule-free AdamW: takes gradients between AdamW's own point `z` and the average `x` of its path. The average
 * replaces momentum and a falling rate, without knowing when the run ends.
 *
 * When: the length of the run is open; winner of AlgoPerf's self-tuning track. When not: models with batch
 * normalization, whose statistics must be measured again for the weights to evaluate with, which are `x` instead of `w`
 * (`withEvaluationWeights`).
 *
 * `lr` is about the size of a step of `z` in weight units: 1 to 10 times AdamW's. `warmupSteps` raise it in equal
 * steps, as in the authors' code; `beta1` is the average's weight in the point of the gradient. `mix` keeps the `beta1`
 * of the last step, which recovers the average if `beta1` follows a schedule. Decay is computed at that point.
 */
export const scheduleFreeAdamw = /* @__PURE__ */ defineOptimizer({
  name: "scheduleFreeAdamw",
  title: "Schedule-free AdamW",
  paper: "https://arxiv.org/abs/2405.15682",
  scheduleFree: true,
  hyperparameters: {
    /** Learning rate: about the size of a step of `z` in weight units. Default 2.5e-3. */
    lr: 2.5e-3,
    /** Steps in which the rate rises linearly to `lr`. Default 0. */
    warmupSteps: 0,
    /** Weight of the average `x` in the point where gradients are taken, in (0, 1). Default 0.9. */
    beta1: 0.9,
    /** Share of the mean of squared gradients kept per step, in [0, 1). Default 0.999. */
    beta2: 0.999,
    /** Number added to the divisor, so that it is never 0. Default 1e-8. */
    eps: 1e-8,
    /** Weight decay, taken at the point of the gradient and multiplied by the rate. Default 0. */
    weightDecay: 0,
    /** Power of the largest rate so far that weights each point of the average. Default 2. */
    weightLrPower: 2,
  },
  state: ["z", "v", "lrMax", "weightSum", "mix"],
  rule: [
    "rate = lr * min(1, t / warmupSteps)",
    "lrMax = max(lrMax, rate)",
    "weightSum = weightSum + lrMax^weightLrPower",
    "share = weightSum == 0 ? 0 : lrMax^weightLrPower / weightSum",
    "v = beta2 * v + (1 - beta2) * g^2",
    "z = t == 1 ? w : z",
    "mix = t == 1 ? beta1 : mix",
    "x = (w - (1 - mix) * z) / mix",
    "vHat = v / (1 - beta2^t)",
    "z = z - rate * (g / (sqrt(vHat) + eps) + weightDecay * w)",
    "x = (1 - share) * x + share * z",
    "mix = beta1",
    "w = mix * x + (1 - mix) * z",
  ],
  point: "z",
  evaluation: "(w - (1 - mix) * z) / mix",
  ranges: { warmupSteps: "[0, inf)", beta1: "(0, 1)", weightLrPower: "[0, inf)" },
});
