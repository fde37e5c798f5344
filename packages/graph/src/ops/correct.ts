import { constant } from "../core/constant.ts";
import { showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { cast } from "./cast.ts";
import { equal } from "./equal.ts";
import { greaterOrEqual } from "./greater-or-equal.ts";
import { max } from "./max.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";
import { where } from "./where.ts";

/**
 * How many rows of logits are largest at the right class; one that shares its place counts.
 * @param logits float32 [N, C]
 * @param labels int32 [N]
 * @returns one number
 */
export function correct(logits: Tensor, labels: Tensor): Tensor {
  const [count, classes] = logits.shape as readonly [number, number];
  if (logits.rank !== 2 || labels.rank !== 1 || labels.shape[0] !== count) {
    fail("correct", `logits ${showShape(logits.shape)}, labels ${showShape(labels.shape)}: expected [N, C] and [N]`);
  }
  const numbers = Int32Array.from({ length: classes }, (_, i) => i);
  const isRight = equal(reshape(labels, [count, 1]), constant(numbers, [classes]));
  const right = max(where(isRight, logits, Number.NEGATIVE_INFINITY), [1]);
  return sum(cast(greaterOrEqual(right, max(logits, [1])), "float32"));
}
