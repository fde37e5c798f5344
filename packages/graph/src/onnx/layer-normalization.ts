import { at, type Shape } from "../core/shape.ts";
import type { OnnxBuilder } from "./builder.ts";

/**
 * Adds a LayerNormalization without a weight, over the axes from `axis` on. Returns the names of the result and of 1 /
 * (standard deviation). Callers that need only one of them share one node.
 *
 * On the CPU, it is accurate for any mean. On WebGPU, ONNX Runtime 1.30 computes the variance as the mean square minus
 * the squared mean, so a mean of 100 deviations costs three digits.
 */
export function layerNormalization(
  builder: OnnxBuilder,
  x: string,
  shape: Shape,
  { axis, eps }: { readonly axis: number; readonly eps: number },
): { readonly y: string; readonly inverse: string } {
  const scale = builder.node("Expand", [builder.float(1), builder.ints(shape.slice(axis))]);
  const outputs = builder.nodes("LayerNormalization", [x, scale], { axis, epsilon: { float: eps } }, 3);
  return { y: at(outputs, 0), inverse: at(outputs, 2) };
}
