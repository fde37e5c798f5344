import { checkCount, checkTypes } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import { cast } from "./cast.ts";
import { equal } from "./equal.ts";
import { reshape } from "./reshape.ts";
import { wholeNumbers } from "./whole-numbers.ts";

/**
 * Returns a vector for each label, with 1 at the label and 0 elsewhere. A label out of the range gives a vector of zeros.
 * PyTorch: `F.one_hot`, as float32.
 * @param labels int32 [...], each from 0 to classes - 1
 * @param classes length of the vectors
 * @returns float32 [..., classes]
 * @throws GraphError if the labels are not int32 or `classes` is not a whole number of at least 1
 */
export function oneHot(labels: Tensor, classes: number): Tensor {
  checkTypes("oneHot", [labels], ["int32"]);
  checkCount("oneHot", "classes", classes);
  return cast(equal(reshape(labels, [...labels.shape, 1]), wholeNumbers(classes)), "float32");
}
