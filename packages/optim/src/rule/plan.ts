import type { Decomposition, Expression, ExpressionOf } from "./expression.ts";
import type { Shape } from "./shape.ts";

/**
 * Location of a value that a pass reads or writes: a stream of the tensor (`w`, `g`, a state), a scratch area, or the
 * sums of a reduction (always float64).
 */
export type ValueLocation =
  | { readonly kind: "stream"; readonly name: string; readonly shape: Shape }
  | { readonly kind: "scratch"; readonly index: number; readonly shape: Shape }
  | { readonly kind: "sums"; readonly index: number; readonly shape: Shape };

/** One walk over a space of elements that loads, computes, stores and reduces in one loop. */
export interface MapPass {
  readonly kind: "map";
  readonly space: Shape;
  /** Axis of the inner loop. */
  readonly inner: number;
  /** True if all values run along the whole space, which is then one row. */
  readonly flat: boolean;
  readonly reads: ReadonlyMap<Expression, ValueLocation>;
  /** Computed expressions, operands first, without those that are read or evaluated on the host. */
  readonly compute: readonly Expression[];
  readonly stores: readonly { readonly location: ValueLocation; readonly value: Expression }[];
  readonly reductions: readonly { readonly location: ValueLocation; readonly node: ExpressionOf<"reduce"> }[];
  /** Host expressions that the pass uses, in the order of its uniforms. */
  readonly uniforms: readonly Expression[];
  /** True if the pass checks each gradient element before it is used. */
  readonly checksGradient: boolean;
}

/** `out = a b` for each index of the leading two axes, with either matrix transposed. */
export interface ProductPass {
  readonly kind: "product";
  readonly a: ValueLocation;
  readonly b: ValueLocation;
  readonly out: ValueLocation;
  readonly leftTransposed: boolean;
  readonly rightTransposed: boolean;
  /** True if the result equals its own transpose. */
  readonly symmetric: boolean;
}

export interface TransposePass {
  readonly kind: "transpose";
  readonly a: ValueLocation;
  readonly out: ValueLocation;
}

export interface DecompositionPass {
  readonly kind: "decomposition";
  readonly op: Decomposition;
  readonly a: ValueLocation;
  readonly out: ValueLocation;
}

/** `out` is the identity matrix. */
export interface IdentityPass {
  readonly kind: "identity";
  readonly out: ValueLocation;
}

export type Pass = MapPass | ProductPass | TransposePass | IdentityPass | DecompositionPass;

/** Passes that do not need each other's results, and the reductions that are known after them. */
export interface Phase {
  /** Host expressions that can first be evaluated in this phase, operands first. */
  readonly host: readonly Expression[];
  readonly passes: readonly Pass[];
  /** Reductions to one number for each tensor. */
  readonly results: readonly { readonly location: ValueLocation; readonly node: ExpressionOf<"reduce"> }[];
  /** Reductions over all tensors: every tensor finishes this phase before any starts the next. */
  readonly totals: readonly ExpressionOf<"reduce">[];
}

/** Plan of one step of a rule for one kind of tensor. */
export interface Plan {
  readonly phases: readonly Phase[];
  /** New values of states that are one number for the tensor. */
  readonly scalarStates: ReadonlyMap<string, Expression>;
  readonly scratch: readonly Shape[];
  readonly sums: readonly Shape[];
  /** True if a number on the host differs between tensors. */
  readonly perTensor: boolean;
  readonly usesRandom: boolean;
  /** Length of an array that is indexed by the ids of host expressions. */
  readonly hostSize: number;
}
