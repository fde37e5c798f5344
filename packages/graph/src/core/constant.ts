import { fail } from "../error.ts";
import { apply, defineOp, isMadeBy } from "./op.ts";
import { at, type Shape, showShape, sizeOf } from "./shape.ts";
import type { Tensor } from "./tensor.ts";
import type { DType, Values } from "./values.ts";

interface ConstantAttributes extends Readonly<Record<string, unknown>> {
  readonly shape: Shape;
  readonly data: Values;
}

const op = defineOp<[], ConstantAttributes>({
  name: "constant",
  infer: (_, { shape, data }) => ({ shape, dtype: dtypeOf(data) }),
  lower: ({ builder, attributes: { shape, data } }) => builder.constant(data, shape),
});

/**
 * Creates a constant from a number, or from an array and its shape.
 * @throws GraphError if the length of the array does not match the shape
 */
export function constant(data: number | Values, shape: Shape = []): Tensor {
  const array = typeof data === "number" ? Float32Array.of(data) : data;
  if (array.length !== sizeOf(shape)) {
    fail("constant", `${array.length} numbers for the shape ${showShape(shape)}. Expected ${sizeOf(shape)}.`);
  }
  return apply(op, [], { shape, data: array });
}

/** Converts a number to a constant, and returns a tensor unchanged. */
export const toTensor = (value: Tensor | number): Tensor => (typeof value === "number" ? constant(value) : value);

/** Returns the values of a constant; null for other tensors. */
export const constantData = (tensor: Tensor): Values | null => (isMadeBy(op, tensor) ? tensor.attributes.data : null);

/** Returns the value of a constant with one element; null for other tensors. */
export function uniformValue(tensor: Tensor): number | null {
  const data = constantData(tensor);
  return data?.length === 1 ? at(data, 0) : null;
}

/** True if a tensor is a constant whose elements all equal a number. */
export const isEverywhere = (tensor: Tensor, value: number): boolean =>
  constantData(tensor)?.every((element) => element === value) ?? false;

const dtypeOf = (data: Values): DType =>
  data instanceof Float32Array ? "float32" : data instanceof Int32Array ? "int32" : "uint8";
