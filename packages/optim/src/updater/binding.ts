import type { Arena } from "../arena.ts";
import type { BoundTensor, FloatArray } from "../backends/backend.ts";
import type { Parameters } from "../parameters.ts";
import type { Place, Plan } from "../rule/plan.ts";
import { lengths, type Shape, volume } from "../rule/shape.ts";
import type { Specialization, TensorFacts } from "../rule/specialize.ts";

/** One tensor, its state, and where a plan finds everything it works on. */
export class TensorBinding {
  /** States that are one number for the tensor: kept on the host, in float64. */
  readonly scalars = new Map<string, number>();
  readonly #areas = new Map<string, number>();

  constructor(
    readonly name: string,
    readonly facts: TensorFacts,
    readonly specialization: Specialization,
    readonly parameters: Parameters,
  ) {
    this.#areas.set("w", parameters.address(name, "w"));
    this.#areas.set("g", parameters.address(name, "g"));
    for (const [state, shape] of specialization.shapes) {
      if (this.isScalar(state)) this.scalars.set(state, 0);
      else this.allocate(state, shape);
    }
  }

  isScalar(state: string): boolean {
    return this.specialization.shapes.get(state) === "....";
  }

  /** An area of the tensor's own, zeroed, found again as a stream of that name. */
  allocate(name: string, shape: Shape): void {
    const { arena } = this.parameters;
    this.#areas.set(name, arena.allocate(this.length(shape) * arena.bytesPerElement));
  }

  has(name: string): boolean {
    return this.#areas.has(name);
  }

  length(shape: Shape): number {
    return volume(lengths(shape, this.facts.axes));
  }

  address(name: string): number {
    return this.#areas.get(name) as number;
  }

  /** A view of `w`, `g`, a state or an area, as large as its shape says. */
  view(name: string, shape: Shape): FloatArray {
    return this.parameters.arena.floats(this.address(name), this.length(shape));
  }
}

/** Areas that plans need while they run: the same for all tensors, as only one is at work at a time. */
export class Workspace {
  readonly #areas: { start: number; bytes: number }[] = [];

  constructor(private readonly arena: Arena) {}

  /** The first byte of area `index`, at least `bytes` long. */
  area(index: number, bytes: number): number {
    const area = this.#areas[index];
    if (area && area.bytes >= bytes) return area.start;
    const start = this.arena.allocate(bytes);
    this.#areas[index] = { start, bytes };
    return start;
  }
}

/** A tensor as one plan sees it. */
export class PlannedTensor implements BoundTensor {
  readonly #scratch: readonly number[];
  readonly #sums: readonly number[];
  readonly #arena: Arena;

  constructor(
    readonly binding: TensorBinding,
    plan: Plan,
    workspace: Workspace,
  ) {
    this.#arena = binding.parameters.arena;
    // Between the passes of one tensor, a plan that waits for all tensors lets others run.
    const isShared = plan.stages.every((stage) => stage.totals.length === 0);
    const place = (index: number, bytes: number): number => (isShared ? workspace.area(index, bytes) : this.#arena.allocate(bytes));
    this.#scratch = plan.scratch.map((shape, index) => place(index, binding.length(shape) * this.#arena.bytesPerElement));
    this.#sums = plan.sums.map((shape, index) => place(plan.scratch.length + index, binding.length(shape) * 8));
  }

  get name(): string {
    return this.binding.name;
  }

  get dtype(): BoundTensor["dtype"] {
    return this.#arena.dtype;
  }

  get axes(): readonly number[] {
    return this.binding.facts.axes;
  }

  address(place: Place): number {
    if (place.kind === "stream") return this.binding.address(place.name);
    return (place.kind === "scratch" ? this.#scratch : this.#sums)[place.index] as number;
  }

  array(place: Place): FloatArray {
    const length = this.binding.length(place.shape);
    const start = this.address(place);
    return place.kind === "sums" ? new Float64Array(this.#arena.buffer, start, length) : this.#arena.floats(start, length);
  }
}
