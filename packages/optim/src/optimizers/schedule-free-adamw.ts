import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * Schedule-free AdamW: gradients are taken between AdamW's own point `z` and the average `x` of its path, and the
 * average does what momentum and a falling rate would do, without knowing when the run ends.
 *
 * When: the length of the run is open; winner of AlgoPerf's self-tuning track. When not: models with batch
 * normalisation, whose statistics must be measured again for the weights to evaluate with: those are not `w` but `x`
 * (`withEvaluationWeights`).
 *
 * `lr` is about the size of a step of `z` in weight units: 1 to 10 times AdamW's. `warmupSteps` raise it in equal steps,
 * as in the authors' code; `beta1` is the average's weight in the point of the gradient. `mix` keeps the `beta1` of the
 * last step, which recovers the average where `beta1` follows a schedule. Decay is taken at that point.
 */
export const scheduleFreeAdamw = /* @__PURE__ */ defineOptimizer({
  name: "scheduleFreeAdamw",
  title: "Schedule-free AdamW",
  paper: "https://arxiv.org/abs/2405.15682",
  scheduleFree: true,
  hyperparameters: {
    lr: 2.5e-3,
    warmupSteps: 0,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    weightDecay: 0,
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
