import { checkNumber, checkTypes } from "../core/check.ts";
import { constant } from "../core/constant.ts";
import { defineFunction } from "../core/define-function.ts";
import { showShape } from "../core/shape.ts";
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
  /** Share of the target that is spread evenly over all classes, in [0, 1]; default 0. */
  readonly labelSmoothing?: number;
}

const crossEntropyOf = /* @__PURE__ */ defineFunction<{ readonly labelSmoothing: number }>({
  name: "crossEntropy",
  gradient: ({ inputs, cotangent, attributes: { labelSmoothing } }) => {
    const [logits, hit] = inputs as [Tensor, Tensor];
    const [count, classes] = logits.shape as readonly [number, number];
    const target = add(mul(cast(hit, "float32"), 1 - labelSmoothing), labelSmoothing / classes);
    return [mul(sub(softmax(logits), target), reshape(cotangent, [count, 1])), null];
  },
});

/**
 * The negative logarithm of the probability that logits give to the right classes, in PyTorch's arithmetic. Right for
 * large logits too.
 * @param logits float32 [N, C]
 * @param labels int32 [N], each from 0 to C - 1. A run cannot throw for another one: its loss is infinite
 * @returns one number, or [N] without a reduction
 */
export function crossEntropy(logits: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { labelSmoothing = 0, reduction = "mean" } = options;
  const [count, classes] = logits.shape as readonly [number, number];
  checkTypes("crossEntropy", [logits], ["float32"]);
  if (logits.rank !== 2 || labels.rank !== 1 || labels.shape[0] !== count || labels.dtype !== "int32") {
    const found = `logits ${showShape(logits.shape)}, labels ${labels.dtype} ${showShape(labels.shape)}`;
    fail("crossEntropy", `${found}: expected logits [N, C] and int32 labels [N]`);
  }
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
  return reduceLoss("crossEntropy", crossEntropyOf(losses, [logits, hit], { labelSmoothing }), reduction);
}
