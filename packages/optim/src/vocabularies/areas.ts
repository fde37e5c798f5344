import type { Arena } from "../arena.ts";
import type { BoundTensor, FloatArray } from "../backends/backend.ts";
import type { Place, Plan } from "../rule/plan.ts";
import type { Shape } from "../rule/shape.ts";
import type { Area } from "../rule/vocabulary.ts";

/** A tensor with room for the scratch values and the sums of a plan. */
class PlacedTensor implements BoundTensor {
  readonly name: string;
  readonly arena: Arena;
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
    // A plan that waits for all tensors lets others run between its passes, so they cannot share.
    const isShared = plan.stages.every((stage) => stage.totals.length === 0);
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

  address(place: Place): number {
    if (place.kind === "stream") return this.tensor.address(place);
    return (place.kind === "scratch" ? this.#scratch : this.#sums)[place.index] as number;
  }

  array(place: Place): FloatArray {
    const [start, length] = [this.address(place), this.length(place.shape)];
    return place.kind === "sums"
      ? new Float64Array(this.arena.buffer, start, length)
      : this.arena.floats(start, length);
  }
}

export const place = (tensor: BoundTensor, plan: Plan, shared: Area[]): BoundTensor =>
  new PlacedTensor(tensor, plan, shared);
