import type { Shape } from "../core/shape.ts";
import type { LoweringContext, Tensor } from "../core/tensor.ts";
import { OnnxBuilder } from "../onnx/builder.ts";
import type { Convolution, ConvolutionSizes } from "../spatial/convolution.ts";
import { imagesToTry, isWorthTrying } from "../tuning/effort.ts";
import { chooseDefault, type VariantModel } from "../tuning/tuning-key.ts";

/** Both inputs of a convolution's gradient. */
type Both<T> = readonly [first: T, second: T];

type Lower<A> = (context: LoweringContext<Both<Tensor>, A>) => string;

/** Variants that lower the same gradient of a convolution. */
interface TunedGradient<A> {
  /** Name of the gradient in tuning keys. */
  readonly name: string;
  readonly sizes: ConvolutionSizes;
  readonly convolution: Convolution;
  readonly variants: Readonly<Record<string, Lower<A>>>;
  /** Name of the default variant. */
  readonly defaultVariant: string;
  /** Shapes and attributes of the same gradient for another number of images. */
  readonly withImages: (images: number) => {
    readonly inputs: Both<Shape>;
    readonly output: Shape;
    readonly attributes: A;
  };
}

/** Lowers a gradient of a convolution with the variant that the context chooses, or with the default variant. */
export function lowerBest<A>(context: LoweringContext<Both<Tensor>, A>, gradient: TunedGradient<A>): string {
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

/** A model that computes the gradient by the named variant and returns its first row, which suffices to measure it. */
function modelOf<A>({ variants, withImages }: TunedGradient<A>, images: number, name: string): VariantModel {
  const builder = new OnnxBuilder();
  const { inputs: shapes, output, attributes } = withImages(images);
  const inputs = shapes.map((shape, i) => ({ name: `input ${i}`, shape, dtype: "float32" as const }));
  const nameOf = (i: 0 | 1): string => builder.input(`input ${i}`, shapes[i], "float32");
  const context = {
    builder,
    names: [nameOf(0), nameOf(1)],
    inputs: [ofShape(shapes[0]), ofShape(shapes[1])],
    output: ofShape(output),
    attributes,
  } as const;
  const value = (variants[name] as Lower<A>)(context);
  const first = builder.node("Slice", [value, builder.ints([0]), builder.ints([1]), builder.ints([0])]);
  const outputs = [{ name: "first", shape: [1, ...output.slice(1)], dtype: "float32" as const }];
  return { bytes: builder.encode(outputs.map((of) => ({ ...of, value: first }))), inputs, outputs };
}

/** Stands for a tensor of the shape: lowerings read nothing else of a tensor. */
const ofShape = (shape: Shape): Tensor => ({ shape, dtype: "float32" }) as Tensor;
