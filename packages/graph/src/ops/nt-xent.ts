import { checkNumber } from "../core/check.ts";
import { constant } from "../core/constant.ts";
import { at, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { add } from "./add.ts";
import { checkEqualShapes } from "./check-loss.ts";
import { concat } from "./concat.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { product } from "./matmul.ts";
import { mul } from "./mul.ts";
import { normalize } from "./normalize.ts";
import type { LossOptions } from "./reduce-loss.ts";

export interface NtXentOptions extends LossOptions {
  /** Divisor of the cosine similarities; above 0. Default 0.5. */
  readonly temperature?: number;
}

/**
 * Computes the contrastive loss of SimCLR (NT-Xent): each of 2 N embeddings should be most similar to the other view of
 * its image, among all embeddings but itself. Paper: https://arxiv.org/abs/2002.05709.
 * @param a float32 embeddings of the first views, [N, D]
 * @param b float32 embeddings of the second views, [N, D]
 * @param options `temperature` (default 0.5) and `reduction` (default `"mean"`)
 * @returns one number, or [2 N] with the reduction `"none"`: the losses of `a`, then those of `b`
 * @throws GraphError if the shapes do not match or the temperature is not above 0
 */
export function ntXent(a: Tensor, b: Tensor, { temperature = 0.5, reduction = "mean" }: NtXentOptions = {}): Tensor {
  checkEqualShapes("ntXent", { a, b });
  if (a.rank !== 2) fail("ntXent", `a ${showShape(a.shape)}. Expected [N, D].`);
  checkNumber("ntXent", "temperature", temperature, (value) => value > 0, "a number above 0");
  const views = 2 * at(a.shape, 0);
  const all = normalize(concat([a, b], 0));
  const itself = Float32Array.from({ length: views * views }, (_, i) =>
    i % (views + 1) === 0 ? Number.NEGATIVE_INFINITY : 0,
  );
  const similarities = mul(product(all, all, false, true), 1 / temperature);
  const labels = Int32Array.from({ length: views }, (_, i) => (i + views / 2) % views);
  const logits = add(similarities, constant(itself, [views, views]));
  return crossEntropy(logits, constant(labels, [views]), { ignoreIndex: null, reduction });
}
