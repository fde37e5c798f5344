import { showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import type { Scope } from "../model/scope.ts";
import { checkLayer } from "./check-layer.ts";
import { dropWhole } from "./drop-whole.ts";

/**
 * Adds dropout of whole channels: in training, sets each channel of each image to 0 with the probability `p` and divides
 * the others by 1 - p. In inference, returns `x`. PyTorch: `nn.Dropout2d`.
 * @param scope tells training from inference
 * @param name path of the layer within the scope, such as `"dropout"`
 * @param x [batch, channels, ...]
 * @param p from 0 to below 1
 */
export function dropout2d(scope: Scope, name: string, x: Tensor, p: number): Tensor {
  checkLayer("dropout2d", scope, name, x);
  if (x.rank < 2) fail("dropout2d", `x ${showShape(x.shape)}. Expected [batch, channels, ...].`);
  return dropWhole(scope, { name, kind: "dropout2d", shape: x.shape.map((size, i) => (i < 2 ? size : 1)) }, x, p);
}
