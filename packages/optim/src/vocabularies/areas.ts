import type { BoundTensor } from "../backends/bound-tensor.ts";
import type { Allocator } from "../parameters/allocator.ts";
import type { FloatArray } from "../parameters/dtype.ts";
import type { Plan, ValueLocation } from "../rule/plan.ts";
import type { Shape } from "../rule/shape.ts";
import type { Area } from "../rule/vocabulary.ts";

/** A tensor with memory for the scratch values and the sums of a plan. */
class AllocatedTensor implements BoundTensor {
  readonly name: string;
  readonly arena: Allocator;
  readonly dtype: BoundTensor["dtype"];
  readonly axes: readonly number[];
  readonly #scratch: readonly number[];
  readonly #sums: readonly number[];

  constructor(
    private readonly tensor: BoundTensor,
    plan: Plan,
    shared: Area[],
  ) {
    this.name = tensor.name;
    this.arena = tensor.arena;
    this.dtype = tensor.dtype;
    this.axes = tensor.axes;
    // In a plan that waits for all tensors, the passes of other tensors run between its own, so that they cannot share.
    const isShared = plan.phases.every((phase) => phase.totals.length === 0);
    const room = (index: number, bytes: number): number => {
      const known = isShared ? shared[index] : undefined;
      if (known && known.bytes >= bytes) return known.start;
      const start = tensor.arena.allocate(bytes);
      if (isShared) shared[index] = { start, bytes };
      return start;
    };
    this.#scratch = plan.scratch.map((shape, index) => room(index, this.length(shape) * tensor.arena.bytesPerElement));
    this.#sums = plan.sums.map((shape, index) => room(plan.scratch.length + index, this.length(shape) * 8));
  }

  length(shape: Shape): number {
    return this.tensor.length(shape);
  }

  address(location: ValueLocation): number {
    if (location.kind === "stream") return this.tensor.address(location);
    return (location.kind === "scratch" ? this.#scratch : this.#sums)[location.index] as number;
  }

  array(location: ValueLocation): FloatArray {
    const [start, length] = [this.address(location), this.length(location.shape)];
    return location.kind === "sums"
      ? new Float64Array(this.arena.buffer, start, length)
      : this.arena.floats(start, length);
  }
}

export const allocate = (tensor: BoundTensor, plan: Plan, shared: Area[]): BoundTensor =>
  new AllocatedTensor(tensor, plan, shared);
