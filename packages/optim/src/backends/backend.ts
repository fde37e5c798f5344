import type { Place, Plan } from "../rule/plan.ts";

export type Dtype = "float32" | "float64";
export type FloatArray = Float32Array | Float64Array;

/** A tensor as a backend sees it: its size, and where each of its values lies. */
export interface BoundTensor {
  readonly name: string;
  readonly dtype: Dtype;
  /** The lengths of the four axes. */
  readonly axes: readonly number[];
  /** A view of a place: of the tensor's dtype, of float64 for sums. */
  array(place: Place): FloatArray;
  /** The place's first byte in the arena. */
  address(place: Place): number;
}

/** A plan, ready to run on tensors. */
export interface PreparedPlan {
  /**
   * Runs one pass of one stage on one tensor. `uniforms` are the pass's host values in the order of its slots, `key`
   * the tensor's random key in this step. False: the gradient has an element that is not finite, and nothing of that
   * place was stored.
   */
  run(stage: number, pass: number, tensor: BoundTensor, uniforms: Float64Array, key: number): boolean;
}

export interface PrepareOptions {
  /** Whether a gradient that is not finite stops the step. */
  readonly checksGradient: boolean;
  /** Whether kernels may fuse a product into a sum. */
  readonly relaxedSimd: boolean;
}

export interface Backend {
  readonly name: "interpreter" | "wasm";
  prepare(plan: Plan, options: PrepareOptions): PreparedPlan;
}
