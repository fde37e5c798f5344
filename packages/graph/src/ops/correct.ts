import { checkTensors } from "../core/check.ts";
import { hasRank, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { cast } from "./cast.ts";
import { equal } from "./equal.ts";
import { greaterOrEqual } from "./greater-or-equal.ts";
import { max } from "./max.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";
import { where } from "./where.ts";
import { wholeNumbers } from "./whole-numbers.ts";

/**
 * Counts the rows of logits whose largest element is at the label. A tie for the largest element counts as correct.
 * @param logits float32 [N, C]
 * @param labels int32 [N], each from 0 to C - 1
 * @returns one number
 * @throws GraphError if the shapes do not match
 */
export function correct(logits: Tensor, labels: Tensor): Tensor {
  checkTensors("correct", [logits, labels]);
  const { shape } = logits;
  if (!hasRank(shape, 2) || labels.rank !== 1 || labels.shape[0] !== shape[0]) {
    fail("correct", `logits ${showShape(shape)}, labels ${showShape(labels.shape)}. Expected [N, C] and [N].`);
  }
  const [count, classes] = shape;
  const isRight = equal(reshape(labels, [count, 1]), wholeNumbers(classes));
  const right = max(where(isRight, logits, Number.NEGATIVE_INFINITY), [1]);
  return sum(cast(greaterOrEqual(right, max(logits, [1])), "float32"));
}
