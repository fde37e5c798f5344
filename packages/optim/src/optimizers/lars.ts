import { defineOptimizer } from "../definition/define-optimizer.ts";
import { reductions } from "../vocabularies/reductions.ts";

/**
 * LARS: SGD with momentum whose step is scaled, tensor by tensor, to the norm of the weights.
 *
 * When: convolutional nets on very large batches (thousands). When not: usual batches; SGD does as well. Biases and
 * normalisation are best left to SGD: freeze them here in a group, and bind SGD to them.
 *
 * `lr * trustCoefficient` is the share of a tensor's norm that a step moves it by, before momentum. As in Optax, the
 * ratio takes the norm of gradient and decay together, and the rate is inside of the momentum buffer.
 */
export const lars = /* @__PURE__ */ defineOptimizer({
  name: "lars",
  title: "LARS",
  paper: "https://arxiv.org/abs/1708.03888",
  hyperparameters: { lr: 1, momentum: 0.9, weightDecay: 0, trustCoefficient: 1e-3, eps: 0, nesterov: false },
  state: ["buffer"],
  uses: [reductions],
  rule: [
    "g = g + weightDecay * w",
    "trust = min(norm(w), norm(g)) == 0 ? 1 : trustCoefficient * norm(w) / (norm(g) + eps)",
    "u = lr * trust * g",
    "buffer = momentum * buffer + u",
    "w = w - (nesterov ? u + momentum * buffer : buffer)",
  ],
  ranges: { trustCoefficient: "(0, inf)" },
});
