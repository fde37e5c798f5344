import type { Convolution } from "../convolution.ts";
import type { InputGradient } from "../ops/conv2d-input-gradient.ts";
import { type Shape, sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import type { Window } from "../window.ts";
import { type ConvolutionShape, convolution, type Epilogue } from "./convolution.ts";
import { hasInputGradient, inputGradient } from "./input-gradient.ts";
import { BLOCK, isBlockable, NCHWC } from "./layout.ts";
import { poolGradient } from "./pool-gradient.ts";
import type { Lowered, Pending, Stage } from "./stage.ts";
import { hasWeightGradient, weightGradient } from "./weight-gradient.ts";

/** Lowers a tensor whose op has a form in blocks, where that is to be had for its shape. */
export type Rule = (stage: Stage, tensor: Tensor) => Lowered | null;

/** The rules by the names of ops. */
export const RULES: Readonly<Record<string, Rule>> = {
  conv2d(stage, { inputs, attributes, shape }) {
    const [x, weight, bias] = inputs as [Tensor, Tensor, Tensor?];
    const sizes = sizesOf(x.shape, shape, attributes as Convolution);
    if (!sizes) return null;
    const value = sizes.channels % BLOCK === 0 ? stage.blocked(x) : stage.plain(x);
    const own = bias ? { bias: stage.plain(bias) } : {};
    const emit = (epilogue: Epilogue): string =>
      convolution(stage.b, value, stage.plain(weight), sizes, { ...own, ...epilogue });
    return { pending: { emit, takesSum: true } };
  },

  conv2dInputGradient(stage, { inputs, attributes }) {
    const [dy, weight] = inputs as [Tensor, Tensor];
    const { inputShape, convolution: window } = attributes as InputGradient;
    const sizes = sizesOf(inputShape, dy.shape, window);
    if (!sizes || !hasInputGradient(sizes)) return null;
    const emit = ({ sum }: Epilogue): string =>
      inputGradient(stage.b, stage.blocked(dy), stage.plain(weight), sizes, sum);
    return sizes.stride === 1 ? { pending: { emit, takesSum: true } } : { blocked: emit({}) };
  },

  conv2dWeightGradient(stage, { inputs, attributes }) {
    const [x, dy] = inputs as [Tensor, Tensor];
    const sizes = sizesOf(x.shape, dy.shape, attributes as Convolution);
    if (!sizes || !hasWeightGradient(sizes)) return null;
    const value = sizes.channels % BLOCK === 0 ? stage.blocked(x) : stage.plain(x);
    return { plain: weightGradient(stage.b, value, stage.blocked(dy), sizes) };
  },

  channelMean(stage, { inputs }) {
    const [x] = inputs as [Tensor];
    if (!stage.isBlocked(x)) return null;
    const { onnx } = stage.b;
    return { plain: onnx.node("ReduceMean", [imageMeans(stage, x), onnx.ints([0])], { keepdims: 0 }) };
  },

  channelAffine(stage, { inputs }) {
    const [x, scale, shift] = inputs as [Tensor, Tensor, Tensor];
    if (!stage.isBlocked(x)) return null;
    const channels = x.shape[1] as number;
    const filter = stage.b.reshape(stage.plain(scale), [channels, 1, 1, 1]);
    const emit = (epilogue: Epilogue): string =>
      stage.b.conv(stage.blocked(x), filter, {
        kernel: [1, 1],
        groups: channels,
        bias: stage.plain(shift),
        ...epilogue,
      });
    return { pending: { emit, takesSum: true } };
  },

  /** Over the positions of images: global average pooling. */
  mean(stage, { inputs, attributes, shape }) {
    const [x] = inputs as [Tensor];
    const { axes } = attributes as { readonly axes: readonly number[] };
    if (!stage.isBlocked(x) || !sameShape(axes, [2, 3])) return null;
    return { plain: stage.b.reshape(imageMeans(stage, x), shape) };
  },

  /** Of one number for each channel of each image: what the gradient of global average pooling is. */
  expand(stage, { inputs, shape }) {
    const [x] = inputs as [Tensor];
    if (!isBlockable(shape) || !sameShape(x.shape, [...shape.slice(0, 2), 1, 1])) return null;
    const [images, channels, height, width] = shape as [number, number, number, number];
    const { b } = stage;
    const blocks = [images, channels / BLOCK];
    const numbers = b.reshape(stage.plain(x), [...blocks, 1, BLOCK]);
    const stretched = b.onnx.node("Expand", [numbers, b.onnx.ints([...blocks, height * width, BLOCK])]);
    return { blocked: b.reshape(stretched, shape) };
  },

  maxPool2d(stage, { inputs, attributes }) {
    const [x] = inputs as [Tensor];
    const { kernel, stride, padding } = attributes as unknown as Window;
    if (!stage.isBlocked(x)) return null;
    const settings = { kernel_shape: kernel, strides: stride, pads: padding };
    return { blocked: stage.b.onnx.node(`${NCHWC}::MaxPool`, [stage.blocked(x)], settings) };
  },

  maxPool2dGradient(stage, { inputs, attributes }) {
    const [x, y, dy] = inputs as [Tensor, Tensor, Tensor];
    const halves = isHalving(attributes as unknown as Window) && x.shape.slice(2).every((size) => size % 2 === 0);
    if (!halves || !stage.isBlocked(x)) return null;
    return { blocked: poolGradient(stage.b, stage.blocked(x), stage.blocked(y), stage.blocked(dy), x.shape) };
  },
};

/** An op that does the same to each element does not see the order that they are in. */
export const elementwise: Rule = (stage, tensor) => {
  const { op, inputs, attributes, shape } = tensor;
  const fused = fuse(stage, tensor);
  if (fused) return fused;
  const isNumber = (input: Tensor): boolean => input.rank === 0;
  const fits = isBlockable(shape) && inputs.every((input) => isNumber(input) || sameShape(input.shape, shape));
  if (!fits || !inputs.some((input) => stage.isBlocked(input))) return null;
  const names = inputs.map((input) => (isNumber(input) ? stage.plain(input) : stage.blocked(input)));
  const context = { builder: stage.b.onnx, names, inputs, output: tensor, attributes: attributes as never };
  return { blocked: op.lower(context) };
};

/** A sum with a convolution to come, or its relu, becomes a part of it. */
function fuse(stage: Stage, { op, inputs, shape }: Tensor): Lowered | null {
  if (op.name === "relu") {
    const pending = stage.pending(inputs[0] as Tensor);
    return pending ? { blocked: pending.emit({ activation: "Relu" }) } : null;
  }
  if (op.name !== "add") return null;
  const index = inputs.findIndex((input) => stage.pending(input)?.takesSum && sameShape(input.shape, shape));
  const other = inputs[1 - index];
  if (index === -1 || !other || !sameShape(other.shape, shape)) return null;
  const { emit } = stage.pending(inputs[index] as Tensor) as Pending;
  return { pending: { emit: (epilogue) => emit({ ...epilogue, sum: stage.blocked(other) }), takesSum: false } };
}

const isHalving = ({ kernel, stride, padding }: Window): boolean =>
  sameShape(kernel, [2, 2]) && sameShape(stride, [2, 2]) && padding.every((size) => size === 0);

/** The mean of each channel of each image, [images, channels]: one number a channel is in the same order in blocks. */
function imageMeans(stage: Stage, x: Tensor): string {
  const mean = stage.b.onnx.node(`${NCHWC}::GlobalAveragePool`, [stage.blocked(x)]);
  return stage.b.reshape(mean, x.shape.slice(0, 2));
}

/** The sizes of a convolution that has a form in blocks; null for any other. */
function sizesOf(
  x: Shape,
  y: Shape,
  { kernel, stride, padding, dilation, groups }: Convolution,
): ConvolutionShape | null {
  const [images, channels, height, width] = x as [number, number, number, number];
  const [, filters, outHeight, outWidth] = y as [number, number, number, number];
  const [top, left, bottom, right] = padding;
  const plain = groups === 1 && dilation.every((n) => n === 1) && stride[0] === stride[1];
  const even = top === bottom && left === right;
  const blocks = filters % BLOCK === 0 && (channels % BLOCK === 0 || channels < BLOCK);
  if (!plain || !even || !blocks) return null;
  return {
    images,
    channels,
    filters,
    height,
    width,
    kernel,
    stride: stride[0],
    padding: [top, left],
    outHeight,
    outWidth,
  };
}
