import type { Shape } from "../core/shape.ts";
import { OnnxBuilder } from "../onnx/builder.ts";
import { imagesToTry, isWorthTrying } from "../tuning/effort.ts";
import type { ChooseVariant, VariantModel } from "../tuning/tuning-key.ts";
import type { ConvolutionShape } from "./convolution-shape.ts";
import { BlockedBuilder } from "./layout.ts";
import type { TunedOp } from "./tuned-ops.ts";

/** Returns the variant that `choose` picks; the default variant where measuring is not worth it. */
export function chooseVariant<Variant, Input extends string>(
  choose: ChooseVariant,
  op: TunedOp<Variant, Input>,
  shape: ConvolutionShape,
): Variant {
  const { all, defaultVariant } = op.variants(shape);
  const tried = { ...shape, images: imagesToTry(shape.images, multiplyAddsPerImage(shape)) };
  const variants = [...op.variants(tried).all.keys()].filter((name) => all.has(name));
  const multiplyAdds = shape.images * multiplyAddsPerImage(shape);
  const model = (variant: string): VariantModel => modelOf(op, tried, variant);
  const name =
    variants.length > 1 && isWorthTrying(multiplyAdds)
      ? choose({ id: idOf(op.name, tried), variants, defaultVariant, multiplyAdds, model })
      : defaultVariant;
  return all.get(name) as Variant;
}

const multiplyAddsPerImage = ({ channels, filters, kernel, outHeight, outWidth }: ConvolutionShape): number =>
  channels * filters * kernel[0] * kernel[1] * outHeight * outWidth;

function idOf(name: string, { images, channels, filters, height, width, kernel, stride, padding }: ConvolutionShape) {
  const window = `kernel ${kernel.join("x")}, stride ${stride}, padding ${padding}`;
  return `blocked ${name}: ${[images, channels, height, width].join("x")} to ${filters}, ${window}`;
}

function modelOf<Variant, Input extends string>(
  op: TunedOp<Variant, Input>,
  shape: ConvolutionShape,
  name: string,
): VariantModel {
  const onnx = new OnnxBuilder();
  const b = new BlockedBuilder(onnx, shape.block);
  const inputs = Object.entries<Shape>(op.inputs(shape)).map(([name, shape]) => ({
    name,
    shape,
    dtype: "float32" as const,
  }));
  const names = Object.fromEntries(inputs.map((input) => [input.name, onnx.input(input.name, input.shape, "float32")]));
  const value = op.write(b, names as Record<Input, string>, shape, op.variants(shape).all.get(name) as Variant);
  // Outputs the first element only: copying the whole result would be measured too.
  const [, ...rest] = op.result(shape);
  const [start, end, axis] = [onnx.ints([0]), onnx.ints([1]), onnx.ints([0])];
  const outputs = [{ name: "first", shape: [1, ...rest], dtype: "float32" as const }];
  const first = onnx.node("Slice", [value, start, end, axis]);
  return { bytes: onnx.encode(outputs.map((output) => ({ ...output, value: first }))), inputs, outputs };
}
