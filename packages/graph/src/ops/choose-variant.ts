import type { Shape } from "../core/shape.ts";
import type { LoweringContext, Tensor } from "../core/tensor.ts";
import { OnnxBuilder } from "../onnx/builder.ts";
import type { Convolution, ConvolutionSizes } from "../spatial/convolution.ts";
import { imagesToTry, isWorthTrying } from "../tuning/effort.ts";
import { chooseDefault, type VariantModel } from "../tuning/tuning-key.ts";

type Lower<A> = (context: LoweringContext<A>) => string;

interface TunedGradient<A> {
  readonly name: string;
  readonly sizes: ConvolutionSizes;
  readonly convolution: Convolution;
  readonly variants: Readonly<Record<string, Lower<A>>>;
  readonly defaultVariant: string;
  /** The same for another number of images. */
  readonly withImages: (images: number) => {
    readonly inputs: readonly Shape[];
    readonly output: Shape;
    readonly attributes: A;
  };
}

/** Lowers a gradient of a convolution in the way that is chosen. */
export function lowerBest<A>(context: LoweringContext<A>, gradient: TunedGradient<A>): string {
  const { sizes, convolution, variants, defaultVariant } = gradient;
  const { channelsPerGroup, filters, outSize } = sizes;
  const ofOne = channelsPerGroup * filters * convolution.kernel[0] * convolution.kernel[1] * outSize[0] * outSize[1];
  const names = Object.keys(variants);
  const images = imagesToTry(sizes.images, ofOne);
  const { choose = chooseDefault } = context;
  const name =
    names.length > 1 && isWorthTrying(sizes.images * ofOne)
      ? choose({
          id: idOf(gradient, images),
          variants: names,
          defaultVariant,
          model: (variant) => modelOf(gradient, images, variant),
        })
      : defaultVariant;
  return (variants[name] as Lower<A>)(context);
}

function idOf<A>({ name, sizes: { channels, size, filters }, convolution }: TunedGradient<A>, images: number): string {
  const { kernel, stride, padding, dilation, groups } = convolution;
  const window = `kernel ${kernel.join("x")}, stride ${stride}, padding ${padding}, dilation ${dilation}, groups ${groups}`;
  return `${name}: ${[images, channels, ...size].join("x")} to ${filters}, ${window}`;
}

function modelOf<A>({ variants, withImages }: TunedGradient<A>, images: number, name: string): VariantModel {
  const builder = new OnnxBuilder();
  const { inputs: shapes, output, attributes } = withImages(images);
  const inputs = shapes.map((shape, i) => ({ name: `input ${i}`, shape, dtype: "float32" as const }));
  const names = inputs.map((input) => builder.input(input.name, input.shape, "float32"));
  const ofShape = (shape: Shape): Tensor => ({ shape, dtype: "float32" }) as Tensor;
  const context = { builder, names, inputs: shapes.map(ofShape), output: ofShape(output), attributes };
  const value = (variants[name] as Lower<A>)(context);
  const first = builder.node("Slice", [value, builder.ints([0]), builder.ints([1]), builder.ints([0])]);
  const outputs = [{ name: "first", shape: [1, ...output.slice(1)], dtype: "float32" as const }];
  return { bytes: builder.encode(outputs.map((of) => ({ ...of, value: first }))), inputs, outputs };
}
