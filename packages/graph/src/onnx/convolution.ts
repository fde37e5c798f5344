import type { OnnxAttribute, OnnxBuilder } from "./builder.ts";

/** Sizes of a convolution on which its form depends. */
interface ConvSizes {
  readonly channels: number;
  readonly filters: number;
  readonly groups: number;
  readonly kernel: readonly number[];
}

/** Adds a convolution, with zeros as further channels where the builder pads channels. */
export function convolution(
  builder: OnnxBuilder,
  [x, weight, ...bias]: readonly [x: string, weight: string, ...bias: string[]],
  attributes: Readonly<Record<string, OnnxAttribute>>,
  sizes: ConvSizes,
): string {
  if (!builder.padsChannels || !isComputedByThrees(sizes))
    return builder.node("Conv", [x, weight, ...bias], attributes);
  const added = 4 - (sizes.channels % 4);
  const pads = builder.ints([0, 0, 0, 0, 0, added, 0, 0]);
  return builder.node(
    "Conv",
    [builder.node("Pad", [x, pads]), builder.node("Pad", [weight, pads]), ...bias],
    attributes,
  );
}

/**
 * True for a convolution that ONNX Runtime 1.30 computes wrongly on WebGPU: its shader reads vectors of three channels if
 * four divides the filters and three but not four divides the channels, and is right for exactly three channels only.
 */
function isComputedByThrees({ channels, filters, groups, kernel }: ConvSizes): boolean {
  const isMatrix = kernel.every((size) => size === 1);
  return groups === 1 && !isMatrix && filters % 4 === 0 && channels % 3 === 0 && channels % 4 !== 0 && channels !== 3;
}
