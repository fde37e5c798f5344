import { isEverywhere } from "../../core/constant.ts";
import { sizeOf } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import type { InputGradient } from "../../ops/conv2d-input-gradient/context.ts";
import type { Convolution } from "../../spatial/convolution.ts";
import { chooseVariant } from "../choose-variant.ts";
import { convolution } from "../convolution.ts";
import { type ConvolutionShape, isInBlocks, shapeOf } from "../convolution-shape.ts";
import { hasInputGradient, inputGradient, joinParities, type Parities, parityGradients } from "../input-gradient.ts";
import { NCHWC } from "../layout.ts";
import { compose, scaleOf, shiftOf } from "../linear.ts";
import type { Epilogue, LoweredTensors, Pending } from "../lowered-tensors.ts";
import { convolutionOp, inputGradientOp, weightGradientOp } from "../tuned-ops.ts";
import { hasWeightGradient, weightGradient } from "../weight-gradient.ts";
import type { BlockedLowerings } from "./blocked-lowering.ts";

/** Convolutions and their gradients. */
export const convolutions: BlockedLowerings = {
  conv2d(lowered, tensor) {
    const { inputs, attributes, shape } = tensor;
    const [x, weight, bias] = inputs as [Tensor, Tensor, Tensor?];
    const sizes = shapeOf(x.shape, shape, attributes as Convolution, lowered.b.block);
    if (!sizes) return null;
    const value = isInBlocks(sizes) ? lowered.blocked(x) : lowered.plain(x);
    const own = bias ? lowered.plain(bias) : "";
    const { b } = lowered;
    const emit = ({ linear = {}, sum, activation }: Epilogue): string => {
      const all = own === "" ? linear : compose(b.onnx, { bias: own }, linear);
      const filters = scaleFilters(lowered, lowered.plain(weight), scaleOf(b.onnx, all, sizes.filters), sizes);
      const shift = shiftOf(b.onnx, all, sizes.filters);
      const variant = chooseVariant(lowered.choose, convolutionOp, sizes);
      return convolution(b, value, filters, sizes, variant, {
        bias: shift === null ? undefined : b.padChannels(shift, sizes.filters),
        sum,
        activation,
      });
    };
    const pending: Pending = { emit, takesLinear: true, takesSum: true, takesActivation: true };
    if (!isOnlyCentered(lowered, tensor) || sizeOf(x.shape) > sizeOf(shape)) return { pending };
    return { pending: { ...pending, mean: () => meanOfResults(lowered, value, own, weight, sizes) }, shared: true };
  },

  conv2dInputGradient(lowered, { inputs, attributes }) {
    const [dy, weight] = inputs as [Tensor, Tensor];
    const { inputShape, convolution: window } = attributes as InputGradient;
    const sizes = shapeOf(inputShape, dy.shape, window, lowered.b.block);
    if (!sizes || !hasInputGradient(sizes)) return null;
    const { b } = lowered;
    const { value, filters } = unscaled(lowered, dy, weight, sizes);
    if (sizes.stride === 1) {
      const variant = chooseVariant(lowered.choose, inputGradientOp, sizes);
      return { pending: { emit: ({ sum }) => inputGradient(b, value, filters, sizes, variant, sum), takesSum: true } };
    }
    const build = (sums?: Parities): Parities => parityGradients(b, value, filters, sizes, sums);
    const join = (parts: Parities): string => joinParities(b, parts, sizes);
    return { pending: { emit: () => join(build()), parities: { build, join } } };
  },

  conv2dWeightGradient(lowered, { inputs, attributes }) {
    const [x, dy] = inputs as [Tensor, Tensor];
    const sizes = shapeOf(x.shape, dy.shape, attributes as Convolution, lowered.b.block);
    if (!sizes || !hasWeightGradient(sizes)) return null;
    const value = isInBlocks(sizes) ? lowered.blocked(x) : lowered.plain(x);
    const scaled = lowered.scaled(dy);
    const variant = chooseVariant(lowered.choose, weightGradientOp, sizes);
    const found = weightGradient(lowered.b, value, scaled?.value ?? lowered.blocked(dy), sizes, variant);
    return { plain: scaleFilters(lowered, found, scaled?.scale ?? null, sizes) };
  },
};

/** Returns the output gradient without a pending scale, and filters multiplied by that scale. */
function unscaled(
  lowered: LoweredTensors,
  dy: Tensor,
  weight: Tensor,
  sizes: ConvolutionShape,
): { readonly value: string; readonly filters: string } {
  const scaled = lowered.scaled(dy);
  if (!scaled) return { value: lowered.blocked(dy), filters: lowered.plain(weight) };
  return { value: scaled.value, filters: scaleFilters(lowered, lowered.plain(weight), scaled.scale, sizes) };
}

const scaleFilters = (
  { b }: LoweredTensors,
  weight: string,
  scale: string | null,
  { filters }: ConvolutionShape,
): string => (scale === null ? weight : b.onnx.node("Mul", [weight, b.reshape(scale, [filters, 1, 1, 1])]));

/** True if a tensor has exactly two users: its mean, and the subtraction of that mean, as at the start of batch norm. */
function isOnlyCentered(lowered: LoweredTensors, tensor: Tensor): boolean {
  const users = lowered.users(tensor);
  const mean = users.find((user) => user?.op.name === "channelMean");
  const centered = users.find((user) => user?.op.name === "channelAffine");
  if (users.length !== 2 || !mean || !centered) return false;
  const [, scale, shift] = centered.inputs as [Tensor, Tensor, Tensor];
  return isEverywhere(scale, 1) && shift.op.name === "neg" && shift.inputs[0] === mean;
}

/**
 * Adds the mean of each channel of a convolution's results. A convolution is linear, so this is its result for the mean
 * image. Known before the convolution, the mean becomes its bias, and the convolution centers its results itself.
 */
function meanOfResults(
  lowered: LoweredTensors,
  x: string,
  bias: string,
  weight: Tensor,
  sizes: ConvolutionShape,
): string {
  const { b } = lowered;
  const average = b.onnx.node("ReduceMean", [x, b.onnx.ints([0])], { keepdims: 1 });
  const own = { bias: bias === "" ? undefined : b.padChannels(bias, sizes.filters) };
  const result = convolution(b, average, lowered.plain(weight), { ...sizes, images: 1 }, null, own);
  const mean = b.onnx.node(`${NCHWC}::GlobalAveragePool`, [result]);
  return b.unpadChannels(b.reshape(mean, [-1]), sizes.filters);
}
