import { checkTensors, checkTypes } from "../core/check.ts";
import { constant } from "../core/constant.ts";
import { at, broadcast, sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { add } from "./add.ts";
import { type DropoutOptions, dropout as drop } from "./dropout.ts";
import { matmul, product } from "./matmul.ts";
import { mul } from "./mul.ts";
import { softmax } from "./softmax.ts";
import { where } from "./where.ts";

export interface AttentionOptions {
  /**
   * bool: true where a query attends to a key; or float32 numbers that are added to the products. Its shape broadcasts to
   * [..., queries, keys]. Default: each query attends to all keys.
   */
  readonly mask?: Tensor;
  /** True if query i attends to keys 0 to i only. Default false. */
  readonly causal?: boolean;
  /** Factor of the products of queries and keys. Default 1 / sqrt(width of the queries). */
  readonly scale?: number;
  /** Dropout of the attention weights, for training. Default none. */
  readonly dropout?: DropoutOptions;
}

/** Product of queries and keys that are masked; far below any other, and finite. */
const LEAST = -1e30;

/**
 * Computes scaled dot-product attention: `softmax(query key^T / sqrt(width)) value`. A query without a key gives 0.
 * PyTorch: `F.scaled_dot_product_attention`. Paper: https://arxiv.org/abs/1706.03762.
 * @param query float32 [..., queries, width]
 * @param key float32 [..., keys, width]; all axes before the last two broadcast
 * @param value float32 [..., keys, out]
 * @param options `mask` (default none), `causal` (default false), `scale` and `dropout` (default none)
 * @returns [..., queries, out]
 * @throws GraphError if the shapes do not match
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions = {},
): Tensor {
  checkTensors("scaledDotProductAttention", [query, key, value]);
  const { mask, causal = false, scale = 1 / Math.sqrt(query.shape.at(-1) ?? 1), dropout } = options;
  checkTypes("scaledDotProductAttention", [query, key, value], ["float32"]);
  const fits =
    [query, key, value].every(({ rank }) => rank >= 2) &&
    query.shape.at(-1) === key.shape.at(-1) &&
    key.shape.at(-2) === value.shape.at(-2);
  if (!fits) {
    const [q, k, v] = [query, key, value].map(({ shape }) => showShape(shape));
    fail(
      "scaledDotProductAttention",
      `query ${q}, key ${k}, value ${v}. Expected [..., queries, width], [..., keys, width] and [..., keys, out].`,
    );
  }
  const products = product(mul(query, scale), key, false, true);
  const seen = causal ? add(products, causalMask(products)) : products;
  if (mask) checkMask(mask, products);
  const isBool = mask?.dtype === "bool";
  const logits = mask ? (isBool ? where(mask, seen, LEAST) : add(seen, mask)) : seen;
  const weights = softmax(logits);
  const kept = mask && isBool ? where(mask, weights, 0) : weights;
  return matmul(dropout ? drop(kept, dropout) : kept, value);
}

function checkMask(mask: Tensor, { shape }: Tensor): void {
  const both = broadcast(mask.shape, shape);
  if ((mask.dtype === "bool" || mask.dtype === "float32") && both && sameShape(both, shape)) return;
  const found = `mask is ${mask.dtype} ${showShape(mask.shape)}`;
  fail(
    "scaledDotProductAttention",
    `${found}. Expected bool or float32, with a shape that broadcasts to ${showShape(shape)}.`,
  );
}

function causalMask({ shape, rank }: Tensor): Tensor {
  const [queries, keys] = [at(shape, rank - 2), at(shape, rank - 1)];
  const data = Float32Array.from({ length: queries * keys }, (_, i) => (i % keys > Math.floor(i / keys) ? LEAST : 0));
  return constant(data, [queries, keys]);
}
