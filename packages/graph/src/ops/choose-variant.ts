import type { Shape } from "../core/shape.ts";
import type { Inputs, LoweringContext, PerInput, Tensor } from "../core/tensor.ts";
import { OnnxBuilder } from "../onnx/builder.ts";
import type { Convolution, ConvolutionSizes } from "../spatial/convolution.ts";
import { imagesToTry, isWorthTrying } from "../tuning/effort.ts";
import { chooseDefault, type VariantModel } from "../tuning/tuning-key.ts";

type Lower<I extends Inputs, A> = (context: LoweringContext<I, A>) => string;

/** Variants that lower the same convolution, or the same gradient of one. */
interface TunedConvolution<I extends Inputs, A> {
  /** Name of the computation in tuning keys. */
  readonly name: string;
  readonly sizes: ConvolutionSizes;
  readonly convolution: Convolution;
  readonly variants: Readonly<Record<string, Lower<I, A>>>;
  /** Name of the default variant. */
  readonly defaultVariant: string;
  /** Shapes and attributes of the same computation for another number of images. */
  readonly withImages: (images: number) => {
    readonly inputs: PerInput<I, Shape>;
    readonly output: Shape;
    readonly attributes: A;
  };
}

/** Lowers a convolution or a gradient of one with the variant that the context chooses, or with the default variant. */
export function lowerBest<I extends Inputs, A>(context: LoweringContext<I, A>, tuned: TunedConvolution<I, A>): string {
  const { sizes, convolution, variants, defaultVariant } = tuned;
  const { channelsPerGroup, filters, outSize } = sizes;
  const ofOne = channelsPerGroup * filters * convolution.kernel[0] * convolution.kernel[1] * outSize[0] * outSize[1];
  const names = Object.keys(variants);
  const images = imagesToTry(sizes.images, ofOne);
  const multiplyAdds = sizes.images * ofOne;
  const { choose = chooseDefault } = context;
  const name =
    names.length > 1 && isWorthTrying(multiplyAdds)
      ? choose({
          id: idOf(tuned, images),
          variants: names,
          defaultVariant,
          multiplyAdds,
          model: (variant) => modelOf(tuned, images, variant),
        })
      : defaultVariant;
  return (variants[name] as Lower<I, A>)(context);
}

function idOf<I extends Inputs, A>(
  { name, sizes: { channels, size, filters }, convolution }: TunedConvolution<I, A>,
  images: number,
): string {
  const { kernel, stride, padding, dilation, groups } = convolution;
  const window = `kernel ${kernel.join("x")}, stride ${stride}, padding ${padding}, dilation ${dilation}, groups ${groups}`;
  return `${name}: ${[images, channels, ...size].join("x")} to ${filters}, ${window}`;
}

/** A model that computes the named variant and returns the first row of its result, which suffices to measure it. */
function modelOf<I extends Inputs, A>(
  { variants, withImages }: TunedConvolution<I, A>,
  images: number,
  name: string,
): VariantModel {
  const builder = new OnnxBuilder();
  const { inputs: shapes, output, attributes } = withImages(images);
  const inputs = shapes.map((shape, i) => ({ name: `input ${i}`, shape, dtype: "float32" as const }));
  const context = {
    builder,
    names: inputs.map((info) => builder.input(info.name, info.shape, "float32")),
    inputs: shapes.map(ofShape),
    output: ofShape(output),
    attributes,
  };
  const value = (variants[name] as Lower<I, A>)(context as unknown as LoweringContext<I, A>);
  const first = builder.node("Slice", [value, builder.ints([0]), builder.ints([1]), builder.ints([0])]);
  const outputs = [{ name: "first", shape: [1, ...output.slice(1)], dtype: "float32" as const }];
  return { bytes: builder.encode(outputs.map((of) => ({ ...of, value: first }))), inputs, outputs };
}

/** Stands for a tensor of the shape: lowerings read nothing else of a tensor. */
const ofShape = (shape: Shape): Tensor => ({ shape, dtype: "float32" }) as Tensor;
