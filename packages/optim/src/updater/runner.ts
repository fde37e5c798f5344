import type { Backend, PreparedPlan } from "../backends/backend.ts";
import type { BoundTensor } from "../backends/bound-tensor.ts";
import type { Region } from "../parameters/region.ts";
import type { ExpressionOf } from "../rule/expression.ts";
import { evaluateHost, hostValue, type ScalarLookup } from "../rule/host.ts";
import type { Plan } from "../rule/plan.ts";
import type { Area, PrepareOptions } from "../rule/vocabulary.ts";
import type { TensorBinding } from "./binding.ts";

export interface RunnerOptions extends PrepareOptions {
  readonly backend: Backend;
  /** Memory of an updater. */
  readonly region: Region;
  /** Memory that the plans of an updater share. */
  readonly shared: Area[];
}

/** Numbers that differ from step to step. */
export interface StepContext {
  readonly scalar: ScalarLookup;
  readonly seed: number;
  readonly step: number;
  /** Sums over all tensors, by the label of the call; each tensor adds its part. */
  readonly totals: Map<string, number>;
}

/** Runs the plan of one set of expressions on the tensors that share it. */
export class PlanRunner {
  readonly #prepared: PreparedPlan;
  readonly #tensors = new Map<TensorBinding, { planned: BoundTensor; values: Float64Array }>();
  readonly #uniforms: readonly (readonly Float64Array[])[];
  readonly #shared: Float64Array;
  /** Context of the numbers in the uniforms, if these are the same for all tensors of equal step count. */
  #evaluatedFor: StepContext | null = null;

  constructor(
    readonly plan: Plan,
    private readonly options: RunnerOptions,
  ) {
    this.#prepared = options.backend.prepare(plan, options);
    this.#uniforms = plan.phases.map(({ passes }) =>
      passes.map((pass) => new Float64Array(pass.kind === "map" ? pass.uniforms.length : 0)),
    );
    this.#shared = new Float64Array(plan.hostSize);
  }

  #tensor(binding: TensorBinding): { planned: BoundTensor; values: Float64Array } {
    let tensor = this.#tensors.get(binding);
    if (!tensor) {
      const {
        shared,
        vocabulary: { allocate },
      } = this.options;
      const values = this.plan.perTensor ? new Float64Array(this.plan.hostSize) : this.#shared;
      tensor = { planned: allocate?.(binding, this.plan, shared) ?? binding, values };
      this.#tensors.set(binding, tensor);
    }
    return tensor;
  }

  /**
   * Runs a step on one tensor up to the next sum over all tensors: yields there, and continues once every tensor has
   * reached it. Returns false if the gradient is not finite.
   */
  *run(binding: TensorBinding, context: StepContext): Generator<void, boolean> {
    const { planned, values } = this.#tensor(binding);
    const scalar: ScalarLookup = (name) => binding.scalars.get(name) ?? context.scalar(name);
    const { random } = this.options.vocabulary;
    const key = (this.plan.usesRandom && random?.key(context.seed, context.step, binding.name)) || 0;
    const isCurrent = !this.plan.perTensor && this.#evaluatedFor === context && binding.start === 0;
    for (const [index, phase] of this.plan.phases.entries()) {
      if (!isCurrent) evaluateHost(phase.host, values, scalar);
      for (const [position, pass] of phase.passes.entries()) {
        const uniforms = this.#uniforms[index]?.[position] as Float64Array;
        if (!isCurrent && pass.kind === "map") {
          for (const [slot, e] of pass.uniforms.entries()) uniforms[slot] = hostValue(e, values);
        }
        if (!this.#prepared.run(index, position, planned, uniforms, key)) return false;
      }
      for (const { location, node } of phase.results) {
        const result = planned.array(location)[0] as number;
        values[node.id] = result;
        if (node.total !== null) addTotal(context.totals, node, result);
      }
      if (phase.totals.length > 0) {
        yield;
        for (const node of phase.totals) values[node.id] = context.totals.get(node.total as string) as number;
      }
    }
    this.#evaluatedFor = binding.start === 0 ? context : null;
    for (const [state, e] of this.plan.scalarStates) binding.scalars.set(state, hostValue(e, values));
    return true;
  }
}

function addTotal(totals: Map<string, number>, node: ExpressionOf<"reduce">, result: number): void {
  const label = node.total as string;
  const before = totals.get(label);
  totals.set(label, before === undefined ? result : node.op === "max" ? Math.max(before, result) : before + result);
}
