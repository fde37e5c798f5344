import type { Allocator } from "../parameters/allocator.ts";
import type { Dtype, FloatArray } from "../parameters/dtype.ts";
import type { ValueLocation } from "../rule/plan.ts";
import type { Shape } from "../rule/shape.ts";

/** A tensor from a backend's point of view: its size, and the memory of each of its values. */
export interface BoundTensor {
  readonly name: string;
  readonly arena: Allocator;
  readonly dtype: Dtype;
  /** Lengths of the four axes. */
  readonly axes: readonly number[];
  /** Returns the number of elements that a value of a shape has in this tensor. */
  length(shape: Shape): number;
  /** Returns a view of a value, in the tensor's dtype; sums are float64. */
  array(location: ValueLocation): FloatArray;
  /** Returns the byte offset of a value in the arena. */
  address(location: ValueLocation): number;
}
