import type { Tensor } from "../core/tensor.ts";
import type { Scope } from "../model/scope.ts";
import { checkLayer } from "./check-layer.ts";
import { dropWhole } from "./drop-whole.ts";

/**
 * Adds stochastic depth: in training, sets the whole branch of an image to 0 with the probability `p` and divides the
 * others by 1 - p. In inference, returns `x`. torchvision: `StochasticDepth` with the mode "row". Paper:
 * https://arxiv.org/abs/1603.09382.
 * @param scope tells training from inference
 * @param name path of the layer within the scope, such as `"dropPath"`
 * @param x result of a residual branch, [batch, ...]
 * @param p from 0 to below 1
 * @example const y = ops.add(x, layers.dropPath(scope, "dropPath", branch, 0.1));
 */
export function dropPath(scope: Scope, name: string, x: Tensor, p: number): Tensor {
  checkLayer("dropPath", scope, name, x);
  return dropWhole(scope, { name, kind: "dropPath", shape: x.shape.map((size, i) => (i === 0 ? size : 1)) }, x, p);
}
