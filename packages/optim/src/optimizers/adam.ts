import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * Adam: steps of about `lr` in every direction, whatever the gradient's scale, by running means of the gradient and of
 * its square. The first choice for a new model; needs little tuning.
 *
 * When not: for the last tenths of accuracy of a convolutional network, where tuned SGD with momentum often ends
 * better. For weight decay use `adamw`, because Adam divides its L2 penalty by the gradient's scale.
 *
 * `lr` is about the size of a step in weight units: usually 1e-3, or 1e-4 for fine-tuning. Eps is outside the root and
 * added after bias correction, as in the paper and PyTorch; `epsHat` adds it before, as TensorFlow and Keras do (with
 * 1e-7). `amsgrad` keeps the largest mean square so far, which fixes Adam's divergence on rare large gradients
 * (https://arxiv.org/abs/1904.09237).
 */
export const adam = /* @__PURE__ */ defineOptimizer({
  name: "adam",
  title: "Adam",
  paper: "https://arxiv.org/abs/1412.6980",
  hyperparameters: {
    /** Learning rate: about the size of a step in weight units. Default 1e-3. */
    lr: 1e-3,
    /** Share of the mean of gradients kept per step, in [0, 1). Default 0.9. */
    beta1: 0.9,
    /** Share of the mean of squared gradients kept per step, in [0, 1). Default 0.999. */
    beta2: 0.999,
    /** Number added to the divisor, so that it is never 0. Default 1e-8. */
    eps: 1e-8,
    /** L2 penalty: `weightDecay * w` is added to the gradient. Default 0. */
    weightDecay: 0,
    /** True to divide by the largest mean square so far. Default false. */
    amsgrad: false,
    /** True to add `eps` before bias correction, as TensorFlow and Keras do. Default false. */
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
