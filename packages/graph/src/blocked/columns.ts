import type { ConvolutionEpilogue, ConvolutionShape } from "./convolution.ts";
import { BLOCK, type BlockedBuilder, storedChannels } from "./layout.ts";

/**
 * A convolution that computes two columns of its results together, as if they were of twice as many filters: those that
 * fill one block keep a processor busy for half of the time only. Wide kernels lose little by the zeros that are added.
 */
export interface Columns {
  readonly columns: 2;
}

export const suitsColumns = ({ channels, filters, kernel, stride, outWidth }: ConvolutionShape): boolean =>
  stride === 1 &&
  channels >= BLOCK &&
  storedChannels(filters) === BLOCK &&
  kernel[1] >= LEAST_WIDTH &&
  outWidth % 2 === 0;

/** Of kernels: for these, a column of zeros costs less than it gains. */
const LEAST_WIDTH = 4;

/** @param filters in blocks: [1, channels / 16, kh, kw, 16, 16] */
export function byColumns(
  b: BlockedBuilder,
  x: string,
  filters: string,
  { images, channels, kernel, padding, outHeight, outWidth }: ConvolutionShape,
  { bias, sum, activation }: ConvolutionEpilogue,
): string {
  const [kh, kw] = kernel;
  const inner = storedChannels(channels);
  const rows = b.reshape(filters, [(inner / BLOCK) * kh, kw, BLOCK * BLOCK]);
  // The second sees the image one column further to the right.
  const both = [0, 1].map((column) => b.onnx.node("Pad", [rows, b.onnx.ints([0, column, 0, 0, 1 - column, 0])]));
  const y = b.conv(x, b.reshape(b.concat(both, 0), [2 * BLOCK, inner, kh, kw + 1]), {
    kernel: [kh, kw + 1],
    strides: [1, 2],
    pads: padding,
    ...(bias && { bias: b.concat([bias, bias], 0) }),
  });
  const pairs = [images, 2, (outHeight * outWidth) / 2, BLOCK];
  const whole = b.permute(y, pairs, [0, 2, 1, 3], [images, BLOCK, outHeight, outWidth]);
  const added = sum ? b.onnx.node("Add", [whole, sum]) : whole;
  return activation ? b.onnx.node(activation, [added]) : added;
}
