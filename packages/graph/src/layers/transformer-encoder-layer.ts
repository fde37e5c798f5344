import { checkCount, checkOptionsOf } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Scope } from "../model/scope.ts";
import { add } from "../ops/add.ts";
import { relu } from "../ops/relu.ts";
import type { AttentionMasks } from "./attention-mask.ts";
import { checkLayer } from "./check-layer.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { layerNorm } from "./layer-norm.ts";
import { multiHeadAttention } from "./multi-head-attention.ts";

export interface TransformerEncoderLayerOptions extends AttentionMasks {
  /** Number of heads, a divisor of the width. */
  readonly heads: number;
  /** Width of the hidden layer. Default 2048, as in PyTorch. */
  readonly hidden?: number;
  /** Probability of dropout, from 0 to below 1. Default 0.1, as in PyTorch. */
  readonly dropout?: number;
  /** Activation of the hidden layer. Default: `ops.relu`, as in PyTorch. */
  readonly activation?: (x: Tensor) => Tensor;
  /** True to normalize before attention and hidden layer, as vision transformers do; false, after them. Default false. */
  readonly normFirst?: boolean;
  /** True if token i attends to tokens 0 to i only. Default false. */
  readonly causal?: boolean;
  /** Number added to the variance of the norms. Default 1e-5. */
  readonly eps?: number;
}

/**
 * Adds a block of a transformer: self-attention and a hidden layer, each with a residual connection and a layer norm.
 * PyTorch: `nn.TransformerEncoderLayer` with `batch_first=True`. Parameters: those of the layers `self_attn`, `linear1`,
 * `linear2`, `norm1` and `norm2`.
 * @param scope receives the parameters
 * @param name path of the layer within the scope, such as `"layers.0"`
 * @param x tokens [batch, tokens, width]
 * @returns a tensor of the shape of `x`
 * @throws GraphError if the shapes do not match, or an option is out of its range
 */
export function transformerEncoderLayer(
  scope: Scope,
  name: string,
  x: Tensor,
  options: TransformerEncoderLayerOptions,
): Tensor {
  checkLayer("transformerEncoderLayer", scope, name, x);
  checkOptionsOf("transformerEncoderLayer", options, "{ heads: 4 }");
  const { heads, hidden = 2048, dropout: p = 0.1, activation = relu, normFirst = false, eps = 1e-5 } = options;
  const { causal = false, mask, keyPaddingMask } = options;
  checkCount("transformerEncoderLayer", "hidden", hidden);
  return scope.within(name, () => {
    const attend = (tokens: Tensor): Tensor => {
      const masks = { ...(mask && { mask }), ...(keyPaddingMask && { keyPaddingMask }) };
      const y = multiHeadAttention(scope, "self_attn", tokens, { heads, causal, dropout: p, ...masks });
      return dropout(scope, "dropout1", y, p);
    };
    const transform = (tokens: Tensor): Tensor => {
      const inner = dropout(scope, "dropout", activation(dense(scope, "linear1", tokens, hidden)), p);
      return dropout(scope, "dropout2", dense(scope, "linear2", inner, x.shape[2] as number), p);
    };
    const norm = (layer: string, tokens: Tensor): Tensor => layerNorm(scope, layer, tokens, { eps });
    if (normFirst) {
      const middle = add(x, attend(norm("norm1", x)));
      return add(middle, transform(norm("norm2", middle)));
    }
    const middle = norm("norm1", add(x, attend(x)));
    return norm("norm2", add(middle, transform(middle)));
  });
}
