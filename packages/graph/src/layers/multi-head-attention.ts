import { checkNumber, checkOptionsOf } from "../core/check.ts";
import { at, showShape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { zeros } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { reshape } from "../ops/reshape.ts";
import { scaledDotProductAttention } from "../ops/scaled-dot-product-attention.ts";
import { transpose } from "../ops/transpose.ts";
import { type AttentionMasks, attentionMask } from "./attention-mask.ts";
import { checkLayer } from "./check-layer.ts";
import { dense } from "./dense.ts";
import { projections } from "./projections.ts";

export interface MultiHeadAttentionOptions extends AttentionMasks {
  /** Number of heads, a divisor of the width. */
  readonly heads: number;
  /** Tokens to attend to, [batch, keys, width of the keys]. Default: `x`, for self-attention. */
  readonly key?: Tensor;
  /** Values of these tokens, [batch, keys, width of the values]. Default: `key`. */
  readonly value?: Tensor;
  /** True if query i attends to keys 0 to i only. Default false. */
  readonly causal?: boolean;
  /** Probability of dropout of the attention weights in training, from 0 to below 1. Default 0. */
  readonly dropout?: number;
  /** True to add biases. Default true. */
  readonly bias?: boolean;
}

/**
 * Adds multi-head attention. PyTorch: `nn.MultiheadAttention` with `batch_first=True`; it returns the tokens only, not
 * the attention weights. Parameters: `in_proj_weight` [3 width, width] (Xavier uniform), `in_proj_bias` [3 width]
 * (initially 0), `out_proj.weight` [width, width] and `out_proj.bias` [width] (initially 0). If keys or values have another
 * width: `q_proj_weight`, `k_proj_weight` and `v_proj_weight` in place of `in_proj_weight`.
 * @param scope receives the parameters
 * @param name path of the layer within the scope, such as `"self_attn"`
 * @param x queries [batch, tokens, width]
 * @returns a tensor of the shape of `x`
 * @throws GraphError if the shapes do not match, or `heads` does not divide the width
 * @example const y = layers.multiHeadAttention(scope, "attn", tokens, { heads: 4 });
 */
export function multiHeadAttention(scope: Scope, name: string, x: Tensor, options: MultiHeadAttentionOptions): Tensor {
  checkLayer("multiHeadAttention", scope, name, x);
  checkOptionsOf("multiHeadAttention", options, "{ heads: 4 }");
  const { heads, key = x, value = key, causal = false, dropout = 0, bias = true } = options;
  const [batch, queries, width] = checkTokens(x, key, value, heads);
  checkNumber("multiHeadAttention", "dropout", dropout, (p) => p >= 0 && p < 1, "a number from 0 to below 1");
  return scope.within(name, () => {
    const projected = projections(scope, { query: x, key, value, bias });
    const [q, k, v] = projected.map((tokens) => {
      const perHead = reshape(tokens, [batch, at(tokens.shape, 1), heads, width / heads]);
      return transpose(perHead, [0, 2, 1, 3]);
    }) as [Tensor, Tensor, Tensor];
    const mask = attentionMask([batch, heads, queries, at(key.shape, 1)], options);
    const isDropped = scope.training && dropout > 0;
    const mixed = scaledDotProductAttention(q, k, v, {
      causal,
      ...(mask && { mask }),
      ...(isDropped && { dropout: { p: dropout, seed: scope.nextSeed(), step: scope.step } }),
    });
    scope.record("attention", mixed, 0, 2 * sizeOf(x.shape) * at(key.shape, 1));
    const joined = reshape(transpose(mixed, [0, 2, 1, 3]), [batch, queries, width]);
    return dense(scope, "out_proj", joined, width, { bias, biasInitializer: zeros });
  });
}

function checkTokens(x: Tensor, key: Tensor, value: Tensor, heads: number): readonly [number, number, number] {
  const fits = [x, key, value].every(({ rank, shape }) => rank === 3 && shape[0] === x.shape[0]);
  if (!fits || key.shape[1] !== value.shape[1]) {
    const [q, k, v] = [x, key, value].map(({ shape }) => showShape(shape));
    fail(
      "multiHeadAttention",
      `x ${q}, key ${k}, value ${v}. Expected [batch, tokens, width], with as many keys as values.`,
    );
  }
  const [batch, queries, width] = x.shape as readonly [number, number, number];
  if (!(Number.isInteger(heads) && heads >= 1 && width % heads === 0)) {
    fail("multiHeadAttention", `${heads} heads of a width of ${width}. Expected a number that divides the width.`);
  }
  return [batch, queries, width];
}
