import type { Shape } from "./shape.ts";

/** Element type of a tensor. Gradients flow through `float32` only. */
export type DType = "float32" | "int32" | "uint8" | "bool";

/** Elements of a tensor, in row-major order. Elements of a bool tensor are 0 and 1. */
export type Values = Float32Array | Int32Array | Uint8Array;

/** Name, shape and element type of an input or an output. */
export interface ValueInfo {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}
