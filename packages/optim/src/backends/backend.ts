import type { Arena } from "../arena.ts";
import type { Place, Plan } from "../rule/plan.ts";
import type { Shape } from "../rule/shape.ts";
import type { Vocabulary } from "../rule/vocabulary.ts";

export type Dtype = "float32" | "float64";
export type FloatArray = Float32Array | Float64Array;

/** A tensor as a backend sees it: its size, and where each of its values lies. */
export interface BoundTensor {
  readonly name: string;
  readonly arena: Arena;
  readonly dtype: Dtype;
  /** The lengths of the four axes. */
  readonly axes: readonly number[];
  /** How many numbers a value of a shape has here. */
  length(shape: Shape): number;
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
  /** What the rule says beyond arithmetic. */
  readonly vocabulary: Vocabulary;
  /** Whether kernels may fuse a product into a sum. */
  readonly relaxedSimd: boolean;
}

export interface Backend {
  readonly name: "interpreter" | "wasm";
  prepare(plan: Plan, options: PrepareOptions): PreparedPlan;
}
