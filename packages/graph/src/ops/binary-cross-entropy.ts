import { defineFunction } from "../core/define-function.ts";
import type { Tensor } from "../core/tensor.ts";
import { add } from "./add.ts";
import type { BinaryCrossEntropyOptions } from "./binary-cross-entropy-with-logits.ts";
import { checkEqualShapes, toWeights } from "./check-loss.ts";
import { div } from "./div.ts";
import { log } from "./log.ts";
import { maximum } from "./maximum.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { reduceLoss } from "./reduce-loss.ts";
import { sub } from "./sub.ts";

/** Smallest logarithm, as in PyTorch, so that a certain and wrong prediction has a finite loss. */
const LEAST_LOG = -100;

/** Smallest divisor of the gradient, as in PyTorch. */
const LEAST_DIVISOR = 1e-12;

const withGradient = /* @__PURE__ */ defineFunction<[p: Tensor, target: Tensor]>({
  name: "binaryCrossEntropy",
  gradient: ({ inputs: [p, target], cotangent }) => [
    mul(cotangent, div(sub(p, target), maximum(mul(sub(1, p), p), LEAST_DIVISOR))),
    mul(cotangent, sub(clampedLog(sub(1, p)), clampedLog(p))),
  ],
});

const clampedLog = (x: Tensor): Tensor => maximum(log(x), LEAST_LOG);

/**
 * Computes the binary cross-entropy of probabilities: `-target * log(p) - (1 - target) * log(1 - p)`, with logarithms of
 * at least -100. `binaryCrossEntropyWithLogits` of the logits is more accurate. PyTorch: `F.binary_cross_entropy`.
 * @param probabilities float32, each from 0 to 1
 * @param target float32 of the same shape, each from 0 to 1
 * @param options `weight` (default 1) and `reduction` (default `"mean"`)
 * @returns one number, or a tensor of the shape of the probabilities with the reduction `"none"`
 * @throws GraphError if the shapes do not match
 */
export function binaryCrossEntropy(
  probabilities: Tensor,
  target: Tensor,
  { weight, reduction = "mean" }: BinaryCrossEntropyOptions = {},
): Tensor {
  checkEqualShapes("binaryCrossEntropy", { probabilities, target });
  const factors = toWeights("binaryCrossEntropy", "weight", weight, probabilities);
  const p = probabilities;
  const value = neg(add(mul(target, clampedLog(p)), mul(sub(1, target), clampedLog(sub(1, p)))));
  const losses = withGradient(value, [p, target], {});
  return reduceLoss("binaryCrossEntropy", factors ? mul(losses, factors) : losses, reduction);
}
