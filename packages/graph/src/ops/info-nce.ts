import { checkNumber, checkTypes } from "../core/check.ts";
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
import { transpose } from "./transpose.ts";
import { wholeNumbers } from "./whole-numbers.ts";

export interface InfoNceOptions extends LossOptions {
  /** Divisor of the cosine similarities; above 0. Default 0.1. */
  readonly temperature?: number;
  /** Further negatives [M, D] for all queries, such as a queue of earlier keys. Default none. */
  readonly negatives?: Tensor;
  /** True for the mean of the losses of queries and of keys, as in CLIP. Default false. */
  readonly symmetric?: boolean;
}

/**
 * Computes the contrastive loss InfoNCE: the cross-entropy of the cosine similarities of each query with all keys, where
 * the key of the same row is the label. Paper: https://arxiv.org/abs/1807.03748.
 * @param queries float32 embeddings [N, D]
 * @param keys float32 [N, D]: row i is the positive of query i and a negative of all other queries
 * @param options `temperature` (default 0.1), `negatives` (default none), `symmetric` (default false) and `reduction`
 * (default `"mean"`)
 * @returns one number, or [N] with the reduction `"none"`
 * @throws GraphError if the shapes do not match or the temperature is not above 0
 */
export function infoNce(queries: Tensor, keys: Tensor, options: InfoNceOptions = {}): Tensor {
  const { temperature = 0.1, negatives, symmetric = false, reduction = "mean" } = options;
  checkEqualShapes("infoNce", { queries, keys });
  if (queries.rank !== 2) fail("infoNce", `queries ${showShape(queries.shape)}. Expected [N, D].`);
  checkNumber("infoNce", "temperature", temperature, (value) => value > 0, "a number above 0");
  const q = normalize(queries);
  const k = normalize(keys);
  const similarities = mul(product(q, k, false, true), 1 / temperature);
  const labels = wholeNumbers(at(queries.shape, 0));
  const lossOf = (logits: Tensor): Tensor => crossEntropy(logits, labels, { ignoreIndex: null, reduction });
  const ofQueries = lossOf(
    negatives ? concat([similarities, toNegatives(q, negatives, temperature)], 1) : similarities,
  );
  return symmetric ? mul(add(ofQueries, lossOf(transpose(similarities))), 0.5) : ofQueries;
}

function toNegatives(q: Tensor, negatives: Tensor, temperature: number): Tensor {
  if (negatives.rank !== 2 || negatives.shape[1] !== q.shape[1]) {
    fail(
      "infoNce",
      `queries ${showShape(q.shape)}, negatives ${showShape(negatives.shape)}. Expected negatives [M, ${q.shape[1]}].`,
    );
  }
  checkTypes("infoNce", [negatives], ["float32"]);
  return mul(product(q, normalize(negatives), false, true), 1 / temperature);
}
