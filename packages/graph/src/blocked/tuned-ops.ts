import type { Shape } from "../core/shape.ts";
import { type ConvolutionVariant, convolution } from "./convolution.ts";
import { type ConvolutionShape, isInBlocks } from "./convolution-shape.ts";
import { exchanged, inputGradient } from "./input-gradient.ts";
import { type BlockedBuilder, storedShape } from "./layout.ts";
import { convolutionVariants, type Variants, weightGradientVariants } from "./variants.ts";
import { type WeightGradientVariant, weightGradient } from "./weight-gradient.ts";

/** An operation in the blocked layout that has several variants. */
export interface TunedOp<Variant, Input extends string = string> {
  readonly name: string;
  readonly variants: (shape: ConvolutionShape) => Variants<Variant>;
  /** Shapes of the inputs, by name: `x` and `d` in blocks (unless they have few channels), `weight` plain. */
  readonly inputs: (shape: ConvolutionShape) => Readonly<Record<Input, Shape>>;
  /** Shape of the result. */
  readonly result: (shape: ConvolutionShape) => Shape;
  /** Adds the nodes of a variant; returns the name of the result. */
  readonly write: (
    b: BlockedBuilder,
    inputs: Readonly<Record<Input, string>>,
    shape: ConvolutionShape,
    variant: Variant,
  ) => string;
}

const shapeOfX = (shape: ConvolutionShape): Shape => {
  const { images, channels, height, width, block } = shape;
  const plain = [images, channels, height, width];
  return isInBlocks(shape) ? storedShape(plain, block) : plain;
};

const shapeOfD = ({ images, filters, outHeight, outWidth, block }: ConvolutionShape): Shape =>
  storedShape([images, filters, outHeight, outWidth], block);

const shapeOfWeight = ({ filters, channels, kernel }: ConvolutionShape): Shape => [filters, channels, ...kernel];

export const convolutionOp: TunedOp<ConvolutionVariant, "x" | "weight"> = {
  name: "convolution",
  variants: convolutionVariants,
  inputs: (shape) => ({ x: shapeOfX(shape), weight: shapeOfWeight(shape) }),
  result: shapeOfD,
  write: (b, { x, weight }, shape, variant) => convolution(b, x, weight, shape, variant),
};

export const inputGradientOp: TunedOp<ConvolutionVariant, "d" | "weight"> = {
  name: "input gradient",
  variants: (shape) => convolutionVariants(exchanged(shape)),
  inputs: (shape) => ({ d: shapeOfD(shape), weight: shapeOfWeight(shape) }),
  result: shapeOfX,
  write: (b, { d, weight }, shape, variant) => inputGradient(b, d, weight, shape, variant),
};

export const weightGradientOp: TunedOp<WeightGradientVariant, "x" | "d"> = {
  name: "weight gradient",
  variants: weightGradientVariants,
  inputs: (shape) => ({ x: shapeOfX(shape), d: shapeOfD(shape) }),
  result: shapeOfWeight,
  write: (b, { x, d }, shape, variant) => weightGradient(b, x, d, shape, variant),
};
