import type { Plan } from "../rule/plan.ts";
import type { PrepareOptions } from "../rule/vocabulary.ts";
import type { BoundTensor } from "./bound-tensor.ts";

/** A plan that is ready to run on tensors. */
export interface PreparedPlan {
  /**
   * Runs one pass of one phase on one tensor. Returns false if a gradient element is not finite; nothing of that element
   * was stored.
   * @param uniforms the pass's host values, in the order of its uniforms
   * @param key the tensor's random key in this step
   */
  run(phase: number, pass: number, tensor: BoundTensor, uniforms: Float64Array, key: number): boolean;
}

/** Executes plans: the WebAssembly kernels or the interpreter. */
export interface Backend {
  readonly name: "interpreter" | "wasm";
  prepare(plan: Plan, options: PrepareOptions): PreparedPlan;
}
