import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * Adam: steps of about `lr` in every direction, whatever the gradient's scale, as means of the gradient and of its
 * square even it out. The first choice for a new model; needs little tuning.
 *
 * When not: for the last tenths of accuracy of a convolutional net, tuned SGD with momentum often ends better; for
 * weight decay take `adamw`, as here it is scaled away with the gradient (L2).
 *
 * `lr` is about the size of a step in weight units: 1e-3 is usual, 1e-4 for fine-tuning. Eps is outside of the root and
 * added after bias correction, as in the paper and PyTorch; `epsHat` adds it before, as TensorFlow and Keras (with 1e-7).
 * `amsgrad` keeps the largest mean square seen, which mends Adam's divergence on rare large gradients
 * (https://arxiv.org/abs/1904.09237).
 */
export const adam = /* @__PURE__ */ defineOptimizer({
  name: "adam",
  title: "Adam",
  paper: "https://arxiv.org/abs/1412.6980",
  hyperparameters: {
    lr: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    weightDecay: 0,
    amsgrad: false,
    epsHat: false,
  },
  state: ["m", "v", "vMax"],
  rule: [
    "g = g + weightDecay * w",
    "m = beta1 * m + (1 - beta1) * g",
    "v = beta2 * v + (1 - beta2) * g^2",
    "vMax = amsgrad ? max(vMax, v) : v",
    "mHat = m / (1 - beta1^t)",
    "vHat = vMax / (1 - beta2^t)",
    "w = w - lr * mHat / (sqrt(vHat) + (epsHat ? eps / sqrt(1 - beta2^t) : eps))",
  ],
});
