import type { BoundTensor } from "../backends/bound-tensor.ts";
import type { FunctionBody, ModuleBuilder } from "../backends/wasm/assembler.ts";
import type { Call } from "./calls.ts";
import type { Expression } from "./expression.ts";
import type { MapPass, Pass, Plan } from "./plan.ts";
import type { Shape } from "./shape.ts";

/** Options of preparing a plan for a backend. */
export interface PrepareOptions {
  /** True if a gradient that is not finite stops the step. */
  readonly checksGradient: boolean;
  /** Functions of the rule beyond arithmetic. */
  readonly vocabulary: Vocabulary;
  /** True if kernels may fuse a product into a sum. */
  readonly relaxedSimd: boolean;
}

/** Implementation of one kind of pass on each backend. */
export interface PassImplementation<P extends Pass = Pass> {
  /** Runs the pass in plain JavaScript. Returns false if a gradient element is not finite; nothing of it was used. */
  interpret(pass: P, tensor: BoundTensor, uniforms: Float64Array, key: number, options: PrepareOptions): boolean;
  /**
   * Returns the pass as a kernel: a function of a tensor's frame, the pass's uniforms and the random key that returns
   * 1, or 0 for a gradient that is not finite.
   */
  emit(pass: P, module: ModuleBuilder, options: PrepareOptions): FunctionBody;
  /** Returns the facts about a tensor that the kernel reads, as 32-bit integers. */
  frame(pass: P, tensor: BoundTensor): number[];
  /** Prepares a run on the host. */
  start?(pass: P, tensor: BoundTensor): void;
}

/** Implementation of an operation on elements that takes more than one instruction. */
export interface ElementOperation {
  /** Computes the operation on numbers, with the rounding of float32. */
  interpret(e: Expression, a: number, b: number): number;
  /** Emits the operation on the four lanes on the stack. */
  emit(module: ModuleBuilder, f: FunctionBody, e: Expression): void;
}

/** Source of random numbers for elements. */
export interface RandomSource {
  /** Returns the key of one tensor in one step. */
  key(seed: number, step: number, tensor: string): number;
  at(index: number, key: number, site: number): number;
  /** Pushes four lanes; `pushIndex` pushes the index of the first element. */
  emit(f: FunctionBody, site: number, firstLane: number, keyLocal: number, pushIndex: () => void): void;
}

/**
 * Functions of a rule beyond arithmetic, and their implementation. A rule lists the vocabularies that it uses, so that
 * a bundle holds only those of its optimizers.
 */
export interface Vocabulary<Name extends string = string> {
  readonly functions: Readonly<Record<Name, Call>>;
  /** Splits a step into passes, if one pass over the elements is not enough. */
  readonly plan?: (outputs: ReadonlyMap<string, Expression>, shapes: ReadonlyMap<string, Shape>) => Plan;
  /** Implementations by kind of pass; `map` is for those that are not elementwise. */
  readonly passes?: {
    readonly map?: PassImplementation<MapPass>;
    readonly product?: PassImplementation<Extract<Pass, { kind: "product" }>>;
    readonly transpose?: PassImplementation<Extract<Pass, { kind: "transpose" }>>;
    readonly identity?: PassImplementation<Extract<Pass, { kind: "identity" }>>;
    readonly decomposition?: PassImplementation<Extract<Pass, { kind: "decomposition" }>>;
  };
  /** Allocates the scratch values and sums of a plan for one tensor. */
  readonly allocate?: (tensor: BoundTensor, plan: Plan, shared: Area[]) => BoundTensor;
  readonly operations?: ElementOperation;
  readonly random?: RandomSource;
}

/** A piece of memory that plans share, because only one of them runs at a time. */
export interface Area {
  readonly start: number;
  readonly bytes: number;
}

/** Joins vocabularies into one. */
export function join(vocabularies: readonly Vocabulary[]): Vocabulary {
  const functions = Object.assign({}, ...vocabularies.map((vocabulary) => vocabulary.functions));
  const passes = Object.assign({}, ...vocabularies.map((vocabulary) => vocabulary.passes));
  return Object.assign({}, ...vocabularies, { functions, passes });
}
