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

/** How one kind of pass runs on each backend. */
export interface PassImplementation<P extends Pass = Pass> {
  /** In plain JavaScript. False: the gradient has an element that is not finite, and nothing of it was used. */
  interpret(pass: P, tensor: BoundTensor, uniforms: Float64Array, key: number, options: PrepareOptions): boolean;
  /** As a kernel: a function of a tensor's frame, the pass's uniforms and the random key; it returns 1, or 0 for false. */
  emit(pass: P, module: ModuleBuilder, options: PrepareOptions): FunctionBody;
  /** What the kernel must know of a tensor: 32-bit integers. */
  frame(pass: P, tensor: BoundTensor): number[];
  /** What happens before each run, on the host. */
  start?(pass: P, tensor: BoundTensor): void;
}

/** An operation on elements that is not one instruction. */
export interface ElementOperation {
  /** On numbers, as float32 arithmetic has it. */
  interpret(e: Expression, a: number, b: number): number;
  /** On the four lanes that are on the stack. */
  emit(module: ModuleBuilder, f: FunctionBody, e: Expression): void;
}

/** Random numbers of elements. */
export interface RandomSource {
  at(index: number, key: number, site: number): number;
  /** Pushes four lanes; `pushIndex` pushes the number of the first. */
  emit(f: FunctionBody, site: number, firstLane: number, keyLocal: number, pushIndex: () => void): void;
}

/**
 * What a rule may say beyond arithmetic, and what it takes to run it. A rule names the vocabularies that it uses, so
 * that a bundle holds only what its optimizers need.
 */
export interface Vocabulary<Name extends string = string> {
  readonly functions: Readonly<Record<Name, Call>>;
  /** Cuts a step into passes, where one pass over the elements is not enough. */
  readonly plan?: (outputs: ReadonlyMap<string, Expression>, shapes: ReadonlyMap<string, Shape>) => Plan;
  /** Kinds of passes: `map` for those that are not plainly elementwise. */
  readonly passes?: {
    readonly map?: PassImplementation<MapPass>;
    readonly product?: PassImplementation<Extract<Pass, { kind: "product" }>>;
    readonly transpose?: PassImplementation<Extract<Pass, { kind: "transpose" }>>;
  };
  /** Allocates the scratch values and sums of a plan for one tensor. */
  readonly allocate?: (tensor: BoundTensor, plan: Plan, shared: Area[]) => BoundTensor;
  readonly operations?: ElementOperation;
  readonly random?: RandomSource;
}

/** A piece of memory that plans share, as only one of them is at work at a time. */
export interface Area {
  readonly start: number;
  readonly bytes: number;
}

/** All that several vocabularies have. */
export function join(vocabularies: readonly Vocabulary[]): Vocabulary {
  const functions = Object.assign({}, ...vocabularies.map((vocabulary) => vocabulary.functions));
  const passes = Object.assign({}, ...vocabularies.map((vocabulary) => vocabulary.passes));
  return Object.assign({}, ...vocabularies, { functions, passes });
}
