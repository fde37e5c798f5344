import type { BoundTensor } from "../backends/bound-tensor.ts";
import type { Allocator } from "../parameters/allocator.ts";
import type { Dtype, FloatArray } from "../parameters/dtype.ts";
import type { Parameters } from "../parameters/parameters.ts";
import type { ValueLocation } from "../rule/plan.ts";
import { lengths, SCALAR, type Shape, volume } from "../rule/shape.ts";
import type { Specialization } from "../rule/specialize.ts";
import type { TensorFacts } from "../rule/tensor.ts";

/** One tensor and its state. */
export class TensorBinding implements BoundTensor {
  /** States that are one number for the tensor, kept on the host in float64, and its step count `t`. */
  readonly scalars = new Map<string, number>();
  /** Number of updates before the first one of this tensor. */
  start = 0;
  readonly dtype: Dtype;
  readonly axes: readonly number[];
  /** Byte offset of each stream. */
  readonly #starts = new Map<string, number>();

  constructor(
    readonly name: string,
    readonly facts: TensorFacts,
    readonly specialization: Specialization,
    readonly parameters: Parameters<Dtype>,
    readonly arena: Allocator,
  ) {
    this.dtype = parameters.dtype;
    this.axes = facts.axes;
    for (const stream of ["w", "g"] as const) this.#starts.set(stream, parameters.address(name, stream));
    for (const [state, shape] of specialization.shapes) if (shape === SCALAR) this.scalars.set(state, 0);
  }

  /** Allocates a state, unless the tensor does not have it or it is one number. */
  allocateState(state: string): void {
    const shape = this.specialization.shapes.get(state);
    if (shape !== undefined && shape !== SCALAR) this.allocate(state, shape);
  }

  /** Allocates a stream of this tensor, zeroed. */
  allocate(stream: string, shape: Shape): void {
    this.#starts.set(stream, this.arena.allocate(this.length(shape) * this.arena.bytesPerElement));
  }

  length(shape: Shape): number {
    return volume(lengths(shape, this.axes));
  }

  /** Returns the byte offset of a stream; the vocabularies allocate all other values. */
  address(location: ValueLocation): number {
    return this.#starts.get((location as ValueLocation & { readonly kind: "stream" }).name) as number;
  }

  array(location: ValueLocation): FloatArray {
    return this.arena.floats(this.address(location), this.length(location.shape));
  }

  /** Returns a view of `w`, `g` or a state. */
  view(name: string, shape: Shape): FloatArray {
    return this.array({ kind: "stream", name, shape });
  }
}
