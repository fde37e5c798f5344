import { checkNumber } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Scope } from "../model/scope.ts";
import { dropout as dropoutOp } from "../ops/dropout.ts";

/**
 * Dropout: in training, sets elements to 0 with the probability `p`, and divides the others by 1 - p; otherwise leaves
 * them as they are. https://jmlr.org/papers/v15/srivastava14a.html. The mask is a function of the training's seed, the
 * step and the layer's path, so a resumed run has the masks of the run it resumes.
 * @param p in [0, 1)
 */
export function dropout(scope: Scope, name: string, x: Tensor, p: number): Tensor {
  checkNumber("dropout", "p", p, (value) => value >= 0 && value < 1, "a number from 0 to below 1");
  if (!scope.training || p === 0) return x;
  return scope.within(name, () => dropoutOp(x, { p, seed: scope.seed, step: scope.step }));
}
