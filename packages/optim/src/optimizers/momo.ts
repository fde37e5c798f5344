import { defineOptimizer } from "../definition/define-optimizer.ts";
import { reductions } from "../vocabularies/reductions.ts";

/**
 * MoMo: SGD with momentum whose rate is at most the one at which a model of the loss reaches its lower bound. The model
 * is the mean of the last losses' tangents (Polyak's step size for momentum).
 *
 * When: the loss falls nearly to a known bound, such as 0 in classification, and there is no time to tune a rate. When
 * not: the bound is far from the best loss, as with label smoothing or strong augmentation; then raise `lowerBound`.
 *
 * It needs the loss of each batch, and so is not in the registry: `loss` is a function that returns the latest one. `lr`
 * is the largest rate, in weight units per unit of gradient. The decay is `w / (1 + lr * weightDecay)`, as in the authors'
 * code.
 *
 * @example
 * let loss = 0;
 * const updater = momo({ lr: 1, loss: () => loss }).bind(parameters);
 * ({ loss } = await training.run(images, labels));
 * updater.step();
 */
export const momo = /* @__PURE__ */ defineOptimizer({
  name: "momo",
  title: "MoMo",
  paper: "https://arxiv.org/abs/2305.07583",
  hyperparameters: {
    /** Largest learning rate, in weight units per unit of gradient. Default 1. */
    lr: 1,
    /** Loss of the batch whose gradient the step takes: a function that returns it. Default 0. */
    loss: 0,
    /** Share of the mean of gradients and losses kept per step, in [0, 1). Default 0.9. */
    beta: 0.9,
    /** Lower bound of the loss. Default 0. */
    lowerBound: 0,
    /** Decoupled weight decay: weights are divided by `1 + lr * weightDecay` per step. Default 0. */
    weightDecay: 0,
  },
  state: ["m", "level", "tilt"],
  uses: [reductions],
  rule: [
    "keep = t == 1 ? 0 : beta",
    "m = keep * m + (1 - keep) * g",
    "level = keep * level + (1 - keep) * loss",
    "tilt = keep * tilt + (1 - keep) * totalSum(g * w)",
    "square = totalSum(m^2)",
    "decay = 1 + lr * weightDecay",
    "excess = decay * (level - lowerBound - tilt) + totalSum(m * w)",
    "rate = square <= machineEpsilon ? 0 : min(lr, max(excess, 0) / square)",
    "w = w / decay - rate * m",
  ],
  check: ({ loss }) =>
    typeof (loss as unknown) === "function"
      ? undefined
      : "loss must be a function of the latest loss, such as () => loss",
});
