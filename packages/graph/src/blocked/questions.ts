import type { Shape } from "../core/shape.ts";
import { OnnxBuilder } from "../onnx/builder.ts";
import { imagesToTry, isWorthTrying } from "../tuning/effort.ts";
import type { Question, Trial } from "../tuning/question.ts";
import { convolution } from "./convolution.ts";
import type { ConvolutionShape } from "./convolution-shape.ts";
import { exchanged, inputGradient } from "./input-gradient.ts";
import { BlockedBuilder, fillsBlocks, storedShape } from "./layout.ts";
import { convolutionVariants, type Variants, weightGradientVariants } from "./variants.ts";
import { weightGradient } from "./weight-gradient.ts";

/** Picks the variant of a convolution, or of a gradient of one, that `choose` answers. */
export function chooseVariant<Variant>(
  choose: (question: Question) => string,
  op: BlockedOp<Variant>,
  shape: ConvolutionShape,
): Variant {
  const { all, usual } = op.variants(shape);
  const tried = { ...shape, images: imagesToTry(shape.images, multiplications(shape)) };
  const variants = [...op.variants(tried).all.keys()].filter((name) => all.has(name));
  const answer =
    variants.length > 1 && isWorthTrying(shape.images * multiplications(shape))
      ? choose({ key: keyOf(op.name, tried), variants, usual, trial: (variant) => trial(op, tried, variant) })
      : usual;
  return all.get(answer) as Variant;
}

/** What there are variants of. */
export interface BlockedOp<Variant> {
  readonly name: string;
  readonly variants: (shape: ConvolutionShape) => Variants<Variant>;
  /** The shapes of the inputs, by name: `x` and `d` in blocks (but for few channels), `weight` plain. */
  readonly inputs: (shape: ConvolutionShape) => Readonly<Record<string, Shape>>;
  readonly result: (shape: ConvolutionShape) => Shape;
  readonly write: (
    b: BlockedBuilder,
    inputs: Readonly<Record<string, string>>,
    shape: ConvolutionShape,
    variant: Variant,
  ) => string;
}

const shapeOfX = ({ images, channels, height, width }: ConvolutionShape): Shape => {
  const shape = [images, channels, height, width];
  return fillsBlocks(channels) ? storedShape(shape) : shape;
};

const shapeOfD = ({ images, filters, outHeight, outWidth }: ConvolutionShape): Shape =>
  storedShape([images, filters, outHeight, outWidth]);

const shapeOfWeight = ({ filters, channels, kernel }: ConvolutionShape): Shape => [filters, channels, ...kernel];

type Of<Make extends (shape: ConvolutionShape) => Variants<unknown>> =
  ReturnType<Make> extends Variants<infer Variant> ? Variant : never;

export const forward: BlockedOp<Of<typeof convolutionVariants>> = {
  name: "convolution",
  variants: convolutionVariants,
  inputs: (shape) => ({ x: shapeOfX(shape), weight: shapeOfWeight(shape) }),
  result: shapeOfD,
  write: (b, { x, weight }, shape, variant) => convolution(b, x as string, weight as string, shape, variant),
};

export const byInput: BlockedOp<Of<typeof convolutionVariants>> = {
  name: "input gradient",
  variants: (shape) => convolutionVariants(exchanged(shape)),
  inputs: (shape) => ({ d: shapeOfD(shape), weight: shapeOfWeight(shape) }),
  result: shapeOfX,
  write: (b, { d, weight }, shape, variant) => inputGradient(b, d as string, weight as string, shape, variant),
};

export const byWeight: BlockedOp<Of<typeof weightGradientVariants>> = {
  name: "weight gradient",
  variants: weightGradientVariants,
  inputs: (shape) => ({ x: shapeOfX(shape), d: shapeOfD(shape) }),
  result: shapeOfWeight,
  write: (b, { x, d }, shape, variant) => weightGradient(b, x as string, d as string, shape, variant),
};

/** Of one image. */
const multiplications = ({ channels, filters, kernel, outHeight, outWidth }: ConvolutionShape): number =>
  channels * filters * kernel[0] * kernel[1] * outHeight * outWidth;

function keyOf(name: string, { images, channels, filters, height, width, kernel, stride, padding }: ConvolutionShape) {
  const window = `kernel ${kernel.join("x")}, stride ${stride}, padding ${padding}`;
  return `blocked ${name}: ${[images, channels, height, width].join("x")} to ${filters}, ${window}`;
}

function trial<Variant>(op: BlockedOp<Variant>, shape: ConvolutionShape, name: string): Trial {
  const onnx = new OnnxBuilder();
  const b = new BlockedBuilder(onnx);
  const inputs = Object.entries(op.inputs(shape)).map(([input, of]) => ({
    name: input,
    shape: of,
    dtype: "float32" as const,
  }));
  const names = Object.fromEntries(inputs.map((input) => [input.name, onnx.input(input.name, input.shape, "float32")]));
  const value = op.write(b, names, shape, op.variants(shape).all.get(name) as Variant);
  // The first of the result, so that it is not copied on its way out.
  const [, ...rest] = op.result(shape);
  const [start, end, axis] = [onnx.ints([0]), onnx.ints([1]), onnx.ints([0])];
  const outputs = [{ name: "first", shape: [1, ...rest], dtype: "float32" as const }];
  const first = onnx.node("Slice", [value, start, end, axis]);
  return { bytes: onnx.encode(outputs.map((output) => ({ ...output, value: first }))), inputs, outputs };
}
