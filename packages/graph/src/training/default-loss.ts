import { input } from "../core/input.ts";
import { at } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { add } from "../ops/add.ts";
import { crossEntropy } from "../ops/cross-entropy.ts";
import { mean } from "../ops/mean.ts";
import { mul } from "../ops/mul.ts";
import { sub } from "../ops/sub.ts";

/** Names of inputs for mixed images. */
export const OTHER_LABELS = "other labels";
export const SHARE = "share";

interface DefaultLossOptions {
  readonly labelSmoothing: number;
  readonly mixed: boolean;
}

/** Builds the loss of a classifier: the mean cross-entropy of logits and labels. */
export const defaultLoss = (logits: Tensor, labels: Tensor, { labelSmoothing, mixed }: DefaultLossOptions): Tensor =>
  mixed
    ? mixedLoss(logits, labels, labelSmoothing)
    : crossEntropy(logits, labels, { labelSmoothing, ignoreIndex: null });

/** Mean over the images of share * (loss for the first label) + (1 - share) * (loss for the other label). */
function mixedLoss(logits: Tensor, labels: Tensor, labelSmoothing: number): Tensor {
  const count = at(labels.shape, 0);
  const share = input(SHARE, [count]);
  const lossFor = (targets: Tensor): Tensor =>
    crossEntropy(logits, targets, { labelSmoothing, ignoreIndex: null, reduction: "none" });
  const others = input(OTHER_LABELS, [count], "int32");
  return mean(add(mul(share, lossFor(labels)), mul(sub(1, share), lossFor(others))));
}
