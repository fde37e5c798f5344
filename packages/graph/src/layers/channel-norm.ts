import { at, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { ones, zeros } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { checkLayer } from "./check-layer.ts";

/** Adds a norm with a weight, initially 1, and a bias, initially 0, for each channel; with neither if not affine. */
export function channelNorm(
  scope: Scope,
  { name, kind, affine }: { readonly name: string; readonly kind: string; readonly affine: boolean },
  x: Tensor,
  norm: (weight?: Tensor, bias?: Tensor) => Tensor,
): Tensor {
  checkLayer(kind, scope, name, x);
  return scope.within(name, () => {
    const channels = at(x.shape, 1);
    const weight = affine ? scope.parameter("weight", [channels], ones, "gain") : undefined;
    const bias = affine ? scope.parameter("bias", [channels], zeros) : undefined;
    const y = norm(weight, bias);
    if (affine) scope.record(kind, y, 2 * channels, 2 * sizeOf(x.shape));
    return y;
  });
}
