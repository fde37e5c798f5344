import { constant } from "../core/constant.ts";
import { type Shape, sizeOf } from "../core/shape.ts";
import { Tensor } from "../core/tensor.ts";
import { cast } from "../ops/cast.ts";

/** Kind of the elements of a known value: all float types are read as float32, all whole numbers as float64. */
export type KnownKind = "float" | "int" | "bool";

/** A value of an ONNX graph whose elements are known: a stored tensor, or one computed from sizes and stored tensors. */
export interface Known {
  readonly kind: KnownKind;
  readonly shape: Shape;
  readonly data: Float32Array | Float64Array;
  /** Name of the value in the graph; empty until a node or the file names it. */
  readonly name: string;
  /** Name of the stored weight that it is computed from; null for a constant. */
  readonly weight: string | null;
}

/** Value of an ONNX graph: a tensor that depends on the images, or a known one. */
export type Value = Tensor | Known;

/** True for a value that does not depend on the images. */
export const isKnown = (value: Value): value is Known => !(value instanceof Tensor);

/** Maximum number of elements of a value that is computed while a file is read. */
const MAX_ELEMENTS = 2 ** 27;

/**
 * Creates a known value of zeros.
 * @throws RangeError for a shape of too many elements
 */
export function known(kind: KnownKind, shape: Shape, weight: string | null = null): Known {
  const size = sizeOf(shape);
  if (!shape.every((one) => Number.isInteger(one) && one >= 0) || size > MAX_ELEMENTS) {
    throw new RangeError(`a value of the shape [${shape.join(", ")}]. Expected at most ${MAX_ELEMENTS} elements`);
  }
  return { kind, shape, data: kind === "float" ? new Float32Array(size) : new Float64Array(size), name: "", weight };
}

/** Creates a known list of whole numbers. */
export const knownInts = (values: readonly number[], shape: Shape = [values.length]): Known => ({
  ...known("int", shape),
  data: Float64Array.from(values),
});

/** Converts a known value to a constant of a graph. Whole numbers beyond int32 become its limits. */
export function toConstant({ kind, shape, data }: Known): Tensor {
  if (kind === "float") return constant(Float32Array.from(data), shape);
  if (kind === "bool") return cast(constant(Uint8Array.from(data), shape), "bool");
  return constant(
    Int32Array.from(data, (value) => Math.min(Math.max(value, -(2 ** 31)), 2 ** 31 - 1)),
    shape,
  );
}
