import { checkNumber, checkTensors } from "../core/check.ts";
import { defineFunction } from "../core/define-function.ts";
import { at, sameShape, sizes } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { add } from "./add.ts";
import { cast } from "./cast.ts";
import { perClass } from "./check-loss.ts";
import {
  type ClassLossOptions,
  type ClassRows,
  classAxis,
  classRows,
  reduceRows,
  rowWeights,
  withoutIgnored,
} from "./class-rows.ts";
import { exp } from "./exp.ts";
import { log } from "./log.ts";
import { logSoftmax } from "./log-softmax.ts";
import { max } from "./max.ts";
import { mean } from "./mean.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { reduceLoss } from "./reduce-loss.ts";
import { reshape } from "./reshape.ts";
import { softmax } from "./softmax.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";
import { where } from "./where.ts";

export interface CrossEntropyOptions extends ClassLossOptions {
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
 * Computes the cross-entropy of logits and labels: `-log(softmax(logits)[label])` for each label. Stable for large
 * logits. PyTorch: `F.cross_entropy`.
 * @param logits float32 [N, C], or [N, C, ...] with a prediction for each position
 * @param target int32 labels [N] or [N, ...], each from 0 to C - 1. A label out of this range is not detected; its loss
 * is infinite. Or float32 probabilities of the shape of the logits, whose loss is
 * `-sum(target * log(softmax(logits)))`; its mean divides by the number of predictions, with and without weights.
 * @param options `weight` of each class (default none), `labelSmoothing` (default 0), `ignoreIndex` (default -100, for
 * labels only) and `reduction` (default `"mean"`)
 * @returns one number, or [N, ...] with the reduction `"none"`
 * @throws GraphError if shapes or types do not match, or an option is out of its range
 */
export function crossEntropy(logits: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  checkTensors("crossEntropy", [logits, target]);
  const { labelSmoothing = 0 } = options;
  const inUnit = (value: number): boolean => value >= 0 && value <= 1;
  checkNumber("crossEntropy", "labelSmoothing", labelSmoothing, inUnit, "a number from 0 to 1");
  if (target.dtype === "float32" && logits.rank >= 1 && sameShape(target.shape, logits.shape)) {
    return softCrossEntropy(logits, target, options);
  }
  const others = ", or float32 probabilities of the shape of the logits";
  const rows = classRows("crossEntropy", "logits", logits, target, options, others);
  const weights = rowWeights("crossEntropy", rows, options);
  return reduceRows("crossEntropy", lossesOf(rows, weights, options), rows, weights, options);
}

/** Computes the weighted loss of each row, [rows]. */
function lossesOf(
  rows: ClassRows,
  weights: Tensor | null,
  { labelSmoothing = 0, weight }: CrossEntropyOptions,
): Tensor {
  if (!weights || !weight) return withoutIgnored(rows, rowLosses(rows, labelSmoothing));
  const ofLabels = mul(withoutIgnored(rows, rowLosses(rows, 0)), weights);
  if (labelSmoothing === 0) return ofLabels;
  const classes = at(rows.values.shape, 1);
  const ofClasses = neg(sum(mul(logSoftmax(rows.values), perClass("crossEntropy", "weight", weight, classes)), [1]));
  const spread = mul(withoutIgnored(rows, ofClasses), labelSmoothing / classes);
  return add(mul(ofLabels, 1 - labelSmoothing), spread);
}

/** Computes the loss of each row without weights, [rows]. */
export function rowLosses({ values: logits, hit }: ClassRows, labelSmoothing = 0): Tensor {
  const ofRow = [1];
  const shifted = sub(logits, max(logits, ofRow, { keepDims: true }));
  const right = max(where(hit, shifted, Number.NEGATIVE_INFINITY), ofRow);
  const target =
    labelSmoothing === 0 ? right : add(mul(right, 1 - labelSmoothing), mul(mean(shifted, ofRow), labelSmoothing));
  const losses = sub(log(sum(exp(shifted), ofRow)), target);
  return withGradient(losses, [logits, hit], { labelSmoothing });
}

function softCrossEntropy(logits: Tensor, target: Tensor, options: CrossEntropyOptions): Tensor {
  const { labelSmoothing = 0, weight, ignoreIndex = -100, reduction = "mean" } = options;
  if (ignoreIndex !== null && ignoreIndex >= 0) {
    fail(
      "crossEntropy",
      `ignoreIndex = ${ignoreIndex} with probabilities as target. Expected int32 labels. Omit the option.`,
    );
  }
  const axis = classAxis(logits);
  const classes = at(logits.shape, axis);
  const smoothed = labelSmoothing === 0 ? target : add(mul(target, 1 - labelSmoothing), labelSmoothing / classes);
  const scale =
    weight &&
    reshape(
      perClass("crossEntropy", "weight", weight, classes),
      logits.shape.map((_, i) => (i === axis ? classes : 1)),
    );
  const terms = mul(scale ? mul(smoothed, scale) : smoothed, logSoftmax(logits, axis));
  return reduceLoss("crossEntropy", neg(sum(terms, [axis])), reduction);
}
