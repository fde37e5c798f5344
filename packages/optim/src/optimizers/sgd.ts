import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * SGD: a step against the gradient, with momentum and Nesterov's look-ahead. Gradient descent, stochastic gradient
 * descent and mini-batch gradient descent are this rule with different batches: all the data, one example, or some.
 *
 * When: convolutional networks, where with momentum 0.9, weight decay 5e-4 and a falling rate it often ends at the best
 * accuracy. When not: gradients of very different scales (attention, sparse inputs), or no time to tune the rate.
 *
 * `lr` is in weight units per unit of gradient, so it depends on the loss; momentum 0.9 makes steps 10 times as long.
 * As in PyTorch, the rate multiplies the buffer, and the first buffer is not dampened. `lrInMomentum` puts the rate
 * into the buffer, as in most papers and in Keras: it differs once the rate changes from step to step.
 */
export const sgd = /* @__PURE__ */ defineOptimizer({
  name: "sgd",
  title: "SGD",
  paper: "https://arxiv.org/abs/1609.04747",
  hyperparameters: {
    /** Learning rate, in weight units per unit of gradient. Default 1e-3. */
    lr: 1e-3,
    /** Share of the momentum buffer kept per step. Default 0. */
    momentum: 0,
    /** Share of each gradient that is kept out of the momentum buffer, in [0, 1]. Default 0. */
    dampening: 0,
    /** L2 penalty: `weightDecay * w` is added to the gradient. Default 0. */
    weightDecay: 0,
    /** True for Nesterov momentum: the step looks one momentum step ahead. Default false. */
    nesterov: false,
    /** True to multiply by the rate before the momentum buffer instead of after it. Default false. */
    lrInMomentum: false,
  },
  state: ["buffer"],
  rule: [
    "g = g + weightDecay * w",
    "g = lrInMomentum ? lr * g : g",
    "buffer = momentum * buffer + (t == 1 ? 1 : 1 - dampening) * g",
    "d = nesterov ? g + momentum * buffer : buffer",
    "w = w - (lrInMomentum ? d : lr * d)",
  ],
  ranges: { dampening: "[0, 1]" },
  check: ({ momentum, dampening, nesterov }) => {
    if (nesterov && (momentum === 0 || dampening !== 0)) return "nesterov needs momentum > 0 and dampening 0";
    if (dampening !== 0 && momentum === 0) return "dampening needs momentum > 0: it thins what the buffer takes in";
    return undefined;
  },
});
