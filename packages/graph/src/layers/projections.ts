import { at, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { xavierUniform, zeros } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { dense } from "../ops/dense.ts";
import { split } from "../ops/split.ts";

interface AttentionInputs {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  readonly bias: boolean;
}

/** Projects queries, keys and values [batch, tokens, ...] to the width of the queries, by parameters of the scope. */
export function projections(scope: Scope, { query, key, value, bias }: AttentionInputs): readonly Tensor[] {
  const width = at(query.shape, 2);
  const sources = [query, key, value];
  const isOneWidth = sources.every(({ shape }) => shape[2] === width);
  const weights = isOneWidth
    ? [scope.parameter("in_proj_weight", [3 * width, width], xavierUniform())]
    : sources.map(({ shape }, i) => scope.parameter(`${"qkv"[i]}_proj_weight`, [width, at(shape, 2)], xavierUniform()));
  const offset = bias ? scope.parameter("in_proj_bias", [3 * width], zeros) : undefined;
  const parameters = [...weights, ...(offset ? [offset] : [])].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const projected = project(sources, weights, offset, width);
  const multiplyAdds = sources.reduce((sum, { shape }) => sum + sizeOf(shape) * width, 0);
  scope.record("projections", at(projected, 0), parameters, multiplyAdds);
  return projected;
}

function project(
  sources: readonly Tensor[],
  weights: readonly Tensor[],
  offset: Tensor | undefined,
  width: number,
): readonly Tensor[] {
  const [first, ...others] = sources;
  const [shared] = weights;
  // One product for self-attention instead of three.
  if (weights.length === 1 && others.every((source) => source === first)) {
    return split(dense(first as Tensor, shared as Tensor, offset), width, -1);
  }
  const own = weights.length === 1 ? split(shared as Tensor, width) : weights;
  const offsets = offset && split(offset, width);
  return sources.map((source, i) => dense(source, at(own, i), offsets?.[i]));
}
