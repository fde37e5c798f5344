import { checkNumber, checkTypes } from "../core/check.ts";
import { constant } from "../core/constant.ts";
import { defineFunction } from "../core/define-function.ts";
import { hasRank, showShape, sizes } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { add } from "./add.ts";
import { cast } from "./cast.ts";
import { equal } from "./equal.ts";
import { exp } from "./exp.ts";
import { log } from "./log.ts";
import { max } from "./max.ts";
import { mean } from "./mean.ts";
import { mul } from "./mul.ts";
import { type LossOptions, reduceLoss } from "./reduce-loss.ts";
import { reshape } from "./reshape.ts";
import { softmax } from "./softmax.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";
import { where } from "./where.ts";

export interface CrossEntropyOptions extends LossOptions {
  /** Share of the target that is spread evenly over all classes, from 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
}

/** `hit` is true at the label of each row. */
const withGradient = /* @__PURE__ */ defineFunction<[logits: Tensor, hit: Tensor], { readonly labelSmoothing: number }>(
  {
    name: "crossEntropy",
    gradient: ({ inputs: [logits, hit], cotangent, attributes: { labelSmoothing } }) => {
      const [count, classes] = sizes(logits.shape, 2);
      const target = add(mul(cast(hit, "float32"), 1 - labelSmoothing), labelSmoothing / classes);
      return [mul(sub(softmax(logits), target), reshape(cotangent, [count, 1])), null];
    },
  },
);

/**
 * Computes the cross-entropy of logits and labels: `-log(softmax(logits)[label])` for each row. Stable for large
 * logits. PyTorch: `F.cross_entropy`.
 * @param logits float32 [N, C]
 * @param labels int32 [N], each from 0 to C - 1. A label out of this range is not detected; its loss is infinite.
 * @param options `labelSmoothing` (default 0) and `reduction` (default `"mean"`)
 * @returns one number, or [N] with the reduction `"none"`
 * @throws GraphError if shapes or types do not match, or `labelSmoothing` is out of its range
 */
export function crossEntropy(logits: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { labelSmoothing = 0, reduction = "mean" } = options;
  const { shape } = logits;
  checkTypes("crossEntropy", [logits], ["float32"]);
  if (!hasRank(shape, 2) || labels.rank !== 1 || labels.shape[0] !== shape[0] || labels.dtype !== "int32") {
    const found = `logits ${showShape(shape)}, labels ${labels.dtype} ${showShape(labels.shape)}`;
    fail("crossEntropy", `${found}. Expected logits [N, C] and int32 labels [N].`);
  }
  const [count, classes] = shape;
  const inUnit = (value: number): boolean => value >= 0 && value <= 1;
  checkNumber("crossEntropy", "labelSmoothing", labelSmoothing, inUnit, "a number from 0 to 1");
  const ofRow = [1];
  const shifted = sub(logits, max(logits, ofRow, { keepDims: true }));
  const hit = equal(
    reshape(labels, [count, 1]),
    constant(
      Int32Array.from({ length: classes }, (_, i) => i),
      [classes],
    ),
  );
  const right = max(where(hit, shifted, Number.NEGATIVE_INFINITY), ofRow);
  const target =
    labelSmoothing === 0 ? right : add(mul(right, 1 - labelSmoothing), mul(mean(shifted, ofRow), labelSmoothing));
  const losses = sub(log(sum(exp(shifted), ofRow)), target);
  return reduceLoss("crossEntropy", withGradient(losses, [logits, hit], { labelSmoothing }), reduction);
}
