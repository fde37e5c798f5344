import type { Expression, ExpressionOf } from "./expression.ts";
import type { Shape } from "./shape.ts";

/**
 * Where a pass finds or leaves values: a stream of the tensor (`w`, `g`, a state), a scratch area, or the sums of a
 * reduction (always float64).
 */
export type ValueLocation =
  | { readonly kind: "stream"; readonly name: string; readonly shape: Shape }
  | { readonly kind: "scratch"; readonly index: number; readonly shape: Shape }
  | { readonly kind: "sums"; readonly index: number; readonly shape: Shape };

/** One walk over a space of elements: loads, computes, stores and reduces, all in one loop. */
export interface MapPass {
  readonly kind: "map";
  readonly space: Shape;
  /** The axis that the inner loop runs along. */
  readonly inner: number;
  /** Everything runs along the whole space, so that it is one row. */
  readonly flat: boolean;
  readonly reads: ReadonlyMap<Expression, ValueLocation>;
  /** What is computed, operands first; without what is read and what the host computes. */
  readonly compute: readonly Expression[];
  readonly stores: readonly { readonly location: ValueLocation; readonly value: Expression }[];
  readonly reductions: readonly { readonly location: ValueLocation; readonly node: ExpressionOf<"reduce"> }[];
  /** Host expressions that the pass uses, in the order of their slots. */
  readonly uniforms: readonly Expression[];
  /** Looks at each gradient before anything of it is used. */
  readonly checksGradient: boolean;
}

/** `out = a b` for each of the leading two axes. */
export interface ProductPass {
  readonly kind: "product";
  readonly a: ValueLocation;
  readonly b: ValueLocation;
  readonly out: ValueLocation;
}

export interface TransposePass {
  readonly kind: "transpose";
  readonly a: ValueLocation;
  readonly out: ValueLocation;
}

export type Pass = MapPass | ProductPass | TransposePass;

/** Passes that need nothing of each other's results, and the reductions that are known after them. */
export interface Phase {
  /** Host expressions that can be evaluated now and could not before, operands first. */
  readonly host: readonly Expression[];
  readonly passes: readonly Pass[];
  /** Reductions to one number for each tensor. */
  readonly results: readonly { readonly location: ValueLocation; readonly node: ExpressionOf<"reduce"> }[];
  /** Reductions over all tensors: every tensor comes to the end of this stage before any goes on. */
  readonly totals: readonly ExpressionOf<"reduce">[];
}

/** What one step of a rule does to one kind of tensor. */
export interface Plan {
  readonly phases: readonly Phase[];
  /** New values of states that are one number for the tensor. */
  readonly scalarStates: ReadonlyMap<string, Expression>;
  readonly scratch: readonly Shape[];
  readonly sums: readonly Shape[];
  /** Some number on the host differs between tensors. */
  readonly perTensor: boolean;
  readonly usesRandom: boolean;
  /** One more than the largest id of a host expression. */
  readonly hostSize: number;
}
