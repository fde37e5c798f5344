import { type Shape, sizes } from "../core/shape.ts";
import { STEEP } from "../ops/step.ts";
import { unreachedBy } from "../pooling/pool.ts";
import type { Window } from "../spatial/window.ts";
import { interleave } from "./interleave.ts";
import type { BlockedBuilder } from "./layout.ts";

/**
 * Adds the nodes of the gradient of max pooling with adjacent windows, in blocks: `d` flows to the first element of its
 * window that equals `y`. A convolution with one one-hot filter per channel selects each element.
 * @param stored stored shape of `x`
 */
export function poolGradient(
  b: BlockedBuilder,
  x: string,
  y: string,
  d: string,
  stored: Shape,
  window: Window,
): string {
  const [images, channels, height, width] = sizes(stored, 4);
  const [kh, kw] = window.kernel;
  const count = kh * kw;
  const negated = b.onnx.node("Neg", [y]);
  let remaining = d;
  const parts = Array.from({ length: count - 1 }, (_, element) => {
    const oneHot = Array.from({ length: count }, (_, i) => (i === element ? 1 : 0));
    const picked = b.convEach(x, stored, oneHot, { kernel: [kh, kw], strides: [kh, kw], sum: negated });
    // 1 for the largest element, otherwise 0: STEEP times any smaller difference is below -1.
    const isLargest = b.onnx.node("HardSigmoid", [picked], { alpha: { float: STEEP }, beta: { float: 1 } });
    const part = b.onnx.node("Mul", [isLargest, remaining]);
    remaining = b.onnx.node("Sub", [remaining, part]);
    return part;
  });
  const all = [...parts, remaining];
  const rows = Array.from({ length: kh }, (_, row) => all.slice(row * kw, (row + 1) * kw));
  const pooled = [Math.floor(height / kh), Math.floor(width / kw)];
  const joined = interleave(b, rows, [images, channels, ...pooled]);
  const unreached = unreachedBy(window, stored);
  if (unreached.every((size) => size === 0)) return joined;
  const planes = b.reshape(joined, [
    (images * channels) / b.block,
    height - unreached[0],
    width - unreached[1],
    b.block,
  ]);
  const padded = b.onnx.node("Pad", [planes, b.onnx.ints([0, 0, 0, 0, 0, ...unreached, 0])]);
  return b.reshape(padded, stored);
}
