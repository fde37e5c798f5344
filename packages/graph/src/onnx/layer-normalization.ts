import type { Shape } from "../core/shape.ts";
import type { OnnxBuilder } from "./builder.ts";

/**
 * LayerNormalization without a weight, over the axes from `axis` on: the names of the result, and of 1 over the standard
 * deviation. Both ask for all outputs, so that they come from one node.
 *
 * On the CPU it is exact for any mean. On WebGPU, ONNX Runtime 1.30 takes the difference of the mean square and the
 * squared mean: a mean of 100 deviations costs three digits.
 */
export function layerNormalization(
  builder: OnnxBuilder,
  x: string,
  shape: Shape,
  { axis, eps }: { readonly axis: number; readonly eps: number },
): { readonly y: string; readonly inverse: string } {
  const scale = builder.node("Expand", [builder.float(1), builder.ints(shape.slice(axis))]);
  const outputs = builder.nodes("LayerNormalization", [x, scale], { axis, epsilon: { float: eps } }, 3);
  const [y, , inverse] = outputs as [string, string, string];
  return { y, inverse };
}
