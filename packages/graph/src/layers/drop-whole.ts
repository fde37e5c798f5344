import { checkNumber } from "../core/check.ts";
import { constant } from "../core/constant.ts";
import { type Shape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Scope } from "../model/scope.ts";
import { dropout } from "../ops/dropout.ts";
import { mul } from "../ops/mul.ts";

/**
 * In training, sets parts of a tensor to 0 with the probability `p` and divides the others by 1 - p.
 * @param shape shape of the mask, which broadcasts to the shape of `x`
 */
export function dropWhole(
  scope: Scope,
  { name, kind, shape }: { readonly name: string; readonly kind: string; readonly shape: Shape },
  x: Tensor,
  p: number,
): Tensor {
  checkNumber(kind, "p", p, (value) => value >= 0 && value < 1, "a number from 0 to below 1");
  if (!scope.training || p === 0) return x;
  return scope.within(name, () => {
    const whole = constant(new Float32Array(sizeOf(shape)).fill(1), shape);
    return mul(x, dropout(whole, { p, seed: scope.nextSeed(), step: scope.step }));
  });
}
