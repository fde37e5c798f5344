import { STEEP } from "../ops/step.ts";
import type { Shape } from "../shape.ts";
import { interleave } from "./input-gradient.ts";
import { BLOCK, type BlockedBuilder } from "./layout.ts";

/**
 * The gradient of max pooling by windows of 2x2, in blocks: `d` goes to the first of the four elements of its window that
 * is `y`. Each of the four is picked by a convolution with a one-hot filter for each channel.
 * @param shape of `x`; its height and width are even
 */
export function poolGradient(b: BlockedBuilder, x: string, y: string, d: string, shape: Shape): string {
  const [images, channels, height, width] = shape as [number, number, number, number];
  let left = d;
  const parts = [0, 1, 2].map((element) => {
    const oneHot = Float32Array.from({ length: channels * 4 }, (_, i) =>
      Math.floor(i / BLOCK) % 4 === element ? 1 : 0,
    );
    const picked = b.conv(x, b.onnx.constant(oneHot, [channels, 1, 2, 2]), {
      kernel: [2, 2],
      strides: [2, 2],
      groups: channels,
    });
    // 1 where it is the largest: what is less is less by so much that 1 is nothing to it.
    const settings = { alpha: { float: STEEP }, beta: { float: 1 } };
    const isLargest = b.onnx.node("HardSigmoid", [b.onnx.node("Sub", [picked, y])], settings);
    const part = b.onnx.node("Mul", [isLargest, left]);
    left = b.onnx.node("Sub", [left, part]);
    return part;
  });
  const [first, second, third] = parts as [string, string, string];
  const sizes = { images, channels, outHeight: height / 2, outWidth: width / 2 };
  return interleave(
    b,
    [
      [first, second],
      [third, left],
    ],
    sizes,
  );
}
