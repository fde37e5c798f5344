import { checkNumber } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Scope } from "../model/scope.ts";
import { dropout as dropoutOp } from "../ops/dropout.ts";
import { checkLayer } from "./check-layer.ts";

/**
 * Adds dropout: in training, sets each element to 0 with the probability `p` and divides the others by 1 - p. In
 * inference, returns `x`. PyTorch: `nn.Dropout`. Paper: https://jmlr.org/papers/v15/srivastava14a.html.
 *
 * The mask is a function of the seed of the training, the step and the path of the layer, so a resumed run has the same
 * masks as an uninterrupted one. A layer that is applied twice has two masks.
 * @param scope tells training from inference
 * @param name path of the layer within the scope, such as `"dropout"`
 * @param p from 0 to below 1
 */
export function dropout(scope: Scope, name: string, x: Tensor, p: number): Tensor {
  checkLayer("dropout", scope, name, x);
  checkNumber("dropout", "p", p, (value) => value >= 0 && value < 1, "a number from 0 to below 1");
  if (!scope.training || p === 0) return x;
  return scope.within(name, () => dropoutOp(x, { p, seed: scope.nextSeed(), step: scope.step }));
}
