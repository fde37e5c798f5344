import { reshape } from "../ops/reshape.ts";
import { checkAxes, checkTypes } from "./check.ts";
import { apply, defineOp } from "./op.ts";
import { at } from "./shape.ts";
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
  /** Returns the gradient by the input. `cotangent` and `y` keep the reduced axes, with size 1. */
  readonly gradient: (context: { x: Tensor; y: () => Tensor; cotangent: () => Tensor; count: number }) => Tensor;
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
      const keep = (tensor: Tensor) => () => reshape(tensor, kept);
      return [gradient({ x, y: keep(output), cotangent: keep(cotangent), count })];
    },
    lower: ({ builder, names: [x], attributes: { axes, keepDims } }) =>
      builder.node(onnx, [x, builder.ints(axes)], { keepdims: keepDims ? 1 : 0 }),
  });
  return (x, axes, { keepDims = false } = {}) => apply(op, [x], { axes: checkAxes(name, x, axes), keepDims });
}
