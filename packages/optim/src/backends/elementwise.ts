import type { FloatArray } from "../parameters/dtype.ts";
import { BINARY, UNARY } from "../rule/arithmetic.ts";
import { type Expression, operands } from "../rule/expression.ts";
import type { MapPass, Pass, ValueLocation } from "../rule/plan.ts";
import { isComposite, isElementwise } from "../rule/plan-elementwise.ts";
import type { ElementOperation, PassImplementation, Vocabulary } from "../rule/vocabulary.ts";
import type { BoundTensor } from "./bound-tensor.ts";
import { ElementwiseEmitter, locationsOf } from "./wasm/elementwise.ts";

/** Returns the implementation of a pass; the rule's vocabularies implement all passes that are not elementwise. */
export function implementationOf(pass: Pass, { passes = {} }: Vocabulary): PassImplementation {
  return (isElementwise(pass) ? elementwise : passes[pass.kind]) as PassImplementation;
}

/** Number of elements that the interpreter computes at a time. */
export const CHUNK = 1024;

/** Implementation of elementwise passes. */
const elementwise: PassImplementation<MapPass> = {
  interpret(pass, tensor, uniforms, key, { checksGradient, vocabulary }) {
    if (checksGradient && !isGradientFinite(pass, tensor)) return false;
    const run = new ChunkInterpreter(pass, tensor, uniforms, vocabulary);
    const width = tensor.length(pass.space);
    for (let from = 0; from < width; from += CHUNK) {
      const length = Math.min(CHUNK, width - from);
      // A copy, because the store of another stream may overwrite values that are still needed.
      for (const [e, location] of pass.reads) run.values.set(e, tensor.array(location).slice(from, from + length));
      for (const e of pass.compute) run.compute(e, length, from, key);
      for (const { location, value } of pass.stores)
        run.store(value, tensor.array(location).subarray(from, from + length));
    }
    return true;
  },
  emit: (pass, module, options) => new ElementwiseEmitter(module, pass, options).emit(),
  frame: (pass, tensor) => [
    1,
    1,
    1,
    tensor.length(pass.space),
    ...locationsOf(pass).flatMap((location) => [tensor.address(location), 0, 0, 0]),
  ],
};

export function isGradientFinite(pass: MapPass, tensor: BoundTensor): boolean {
  if (!pass.checksGradient) return true;
  const gradient: ValueLocation = [...pass.reads].find(
    ([e]) => e.kind === "read" && e.name === "g",
  )?.[1] as ValueLocation;
  return tensor.array(gradient).every(Number.isFinite);
}

/** A value inside a pass: one number for all elements, or an array over the chunk. */
export type Value = number | FloatArray;
type Operation = (a: number, b: number, c: number) => number;

/** Computes the nodes of a pass chunk by chunk; in float32 the arrays round their elements. */
export class ChunkInterpreter {
  readonly values = new Map<Expression, Value>();
  readonly round: (x: number) => number;
  readonly #registers = new Map<Expression, FloatArray>();
  readonly #operations: ElementOperation | undefined;

  constructor(
    pass: MapPass,
    private readonly tensor: BoundTensor,
    uniforms: Float64Array,
    private readonly vocabulary: Vocabulary,
  ) {
    const isFloat32 = tensor.dtype === "float32";
    this.round = isFloat32 ? Math.fround : (x) => x;
    this.#operations = isFloat32 ? vocabulary.operations : undefined;
    for (const [slot, e] of pass.uniforms.entries()) this.values.set(e, this.round(uniforms[slot] as number));
  }

  value(e: Expression): Value {
    return e.kind === "constant" ? this.round(e.value) : (this.values.get(e) as Value);
  }

  /** Computes a node that is one number for the whole chunk. */
  computeOnce(e: Expression): void {
    const [a = 0, b = 0, c = 0] = operands(e).map((operand) => this.value(operand) as number);
    this.values.set(e, this.round(this.#operation(e)(a, b, c)));
  }

  /** Computes `length` elements of a node; `start` is the index of the first. */
  compute(e: Expression, length: number, start: number, key: number): void {
    const isFloat32 = this.tensor.dtype === "float32";
    // The first chunk is the longest.
    const out = this.#registers.get(e) ?? (isFloat32 ? new Float32Array(length) : new Float64Array(length));
    this.#registers.set(e, out);
    this.values.set(e, out);
    if (e.kind === "random") {
      for (let i = 0; i < length; i++)
        out[i] = (this.vocabulary.random as NonNullable<Vocabulary["random"]>).at(start + i, key, e.site);
      return;
    }
    const operation = this.#operation(e);
    const [a = 0, b = 0, c = 0] = operands(e).map((operand) => this.value(operand));
    for (let i = 0; i < length; i++) out[i] = operation(at(a, i), at(b, i), at(c, i));
  }

  store(value: Expression, target: FloatArray): void {
    const computed = this.value(value);
    if (typeof computed === "number") target.fill(computed);
    else target.set(computed.subarray(0, target.length));
  }

  #operation(e: Expression): Operation {
    if (e.kind === "select") return (condition, yes, no) => (condition !== 0 ? yes : no);
    if (e.kind !== "unary" && e.kind !== "binary") throw new TypeError(`${e.kind} is not computed for each element`);
    if (this.#operations && isComposite(e)) return (a, b) => (this.#operations as ElementOperation).interpret(e, a, b);
    return e.kind === "unary" ? UNARY[e.op] : BINARY[e.op];
  }
}

export const at = (value: Value, i: number): number => (typeof value === "number" ? value : (value[i] as number));
