import { checkAxes, checkTypes } from "./check.ts";
import { apply, defineOp } from "./op.ts";
import { at, type Shape } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

export interface ReductionOptions {
  /** Keeps the reduced axes, with size 1. Default false. */
  readonly keepDims?: boolean;
}

interface ReductionAttributes extends Readonly<Record<string, unknown>> {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

interface ReductionDefinition {
  readonly name: string;
  /** ONNX op that computes it. */
  readonly onnx: string;
  /** Returns the gradient by the input. */
  readonly gradient: (context: ReductionGradient) => Tensor;
}

/** Arguments of a reduction's gradient. */
export interface ReductionGradient {
  readonly x: Tensor;
  /** Result of the reduction. */
  readonly y: Tensor;
  readonly cotangent: Tensor;
  /** Shape of the result if it kept the reduced axes, with size 1. */
  readonly kept: Shape;
  /** Number of elements per reduced element. */
  readonly count: number;
}

/** Defines a reduction over some axes; default: all axes. */
export function defineReduction({
  name,
  onnx,
  gradient,
}: ReductionDefinition): (x: Tensor, axes?: readonly number[], options?: ReductionOptions) => Tensor {
  const op = defineOp<[x: Tensor], ReductionAttributes>({
    name,
    infer: ([x], { axes, keepDims }) => {
      checkTypes(name, [x], ["float32", "int32"]);
      const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      return { shape: keepDims ? kept : kept.filter((_, axis) => !axes.includes(axis)) };
    },
    simplify: ([x], { axes }) => (axes.length === 0 ? x : null),
    gradient: ({ inputs: [x], output, cotangent, attributes: { axes } }) => {
      const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      const count = axes.reduce((product, axis) => product * at(x.shape, axis), 1);
      return [gradient({ x, y: output, cotangent, kept, count })];
    },
    lower: ({ builder, names: [x], attributes: { axes, keepDims } }) =>
      builder.node(onnx, [x, builder.ints(axes)], { keepdims: keepDims ? 1 : 0 }),
  });
  return (x, axes, { keepDims = false } = {}) => apply(op, [x], { axes: checkAxes(name, x, axes), keepDims });
}
