import type { OnnxAttribute, OnnxBuilder } from "./builder.ts";
import { concat, slice } from "./shorthands.ts";

/** Sizes of a convolution on which its form depends. */
interface ConvSizes {
  readonly channels: number;
  readonly filters: number;
  readonly groups: number;
}

type ConvInputs = readonly [x: string, weight: string, ...bias: string[]];

type ConvAttributes = Readonly<Record<string, OnnxAttribute>>;

/** Adds a convolution, in a form that ONNX Runtime 1.30 computes right on the device of the builder. */
export function convolution(
  builder: OnnxBuilder,
  inputs: ConvInputs,
  attributes: ConvAttributes,
  sizes: ConvSizes,
): string {
  const [x, weight, ...bias] = inputs;
  if (builder.isForWebgpu && failsInGroups(sizes)) return byGroup(builder, inputs, attributes, sizes);
  if (!builder.isForWebgpu || !failsByThrees(sizes)) return builder.node("Conv", inputs, attributes);
  const added = 4 - (sizes.channels % 4);
  const pads = builder.ints([0, 0, 0, 0, 0, added, 0, 0]);
  const padded = [builder.node("Pad", [x, pads]), builder.node("Pad", [weight, pads])];
  return builder.node("Conv", [...padded, ...bias], attributes);
}

/**
 * True for a convolution that WebGPU computes wrongly because its shader reads vectors of three channels: where four
 * divides the filters, and three but not four divides the channels. Exactly three channels are right.
 */
const failsByThrees = ({ channels, filters, groups }: ConvSizes): boolean =>
  groups === 1 && filters % 4 === 0 && channels % 3 === 0 && channels % 4 !== 0 && channels !== 3;

/** True for a convolution in groups of more than four filters that four does not divide, which WebGPU computes wrongly. */
const failsInGroups = ({ filters, groups }: ConvSizes): boolean =>
  groups > 1 && filters / groups > 4 && (filters / groups) % 4 !== 0;

/** Adds one convolution for each group. */
function byGroup(
  builder: OnnxBuilder,
  [x, weight, ...bias]: ConvInputs,
  attributes: ConvAttributes,
  { groups, ...all }: ConvSizes,
): string {
  const [channels, filters] = [all.channels / groups, all.filters / groups];
  const partOf = (name: string, axis: number, group: number, count: number): string =>
    slice(builder, name, [{ axis, start: group * count, count, step: 1 }]);
  const parts = Array.from({ length: groups }, (_, group) => {
    const inputs = [
      partOf(x, 1, group, channels),
      partOf(weight, 0, group, filters),
      ...bias.map((name) => partOf(name, 0, group, filters)),
    ] as const;
    return convolution(builder, inputs, { ...attributes, group: 1 }, { channels, filters, groups: 1 });
  });
  return concat(builder, parts, 1);
}
