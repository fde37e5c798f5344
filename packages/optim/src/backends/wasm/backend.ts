import type { Allocator } from "../../parameters/allocator.ts";
import { type Expression, operands } from "../../rule/expression.ts";
import type { Pass, Plan, ValueLocation } from "../../rule/plan.ts";
import type { PassImplementation, PrepareOptions } from "../../rule/vocabulary.ts";
import type { Backend, PreparedPlan } from "../backend.ts";
import type { BoundTensor } from "../bound-tensor.ts";
import { implementationOf } from "../elementwise.ts";
import { FunctionBody, ModuleBuilder, V128 } from "./assembler.ts";

type Kernel = (frame: number, uniforms: number, key: number) => number;

/** Returns the backend that compiles a fused SIMD kernel for each pass, which works in the memory of an arena. */
export function wasmBackend(arena: Allocator): Backend {
  const memory = arena.memory as WebAssembly.Memory | null;
  if (!memory) throw new TypeError("the arena is not a WebAssembly memory");
  return { name: "wasm", prepare: (plan, options) => new WasmPlan(plan, options, arena, memory) };
}

/** One pass that is ready to be called. */
interface PreparedPass {
  readonly kernel: Kernel;
  readonly pass: Pass;
  readonly implementation: PassImplementation;
  /** Byte offset of its uniforms. */
  readonly uniforms: number;
  /** Byte offset of each tensor's frame. */
  readonly frames: Map<BoundTensor, number>;
}

class WasmPlan implements PreparedPlan {
  readonly #passes: readonly (readonly PreparedPass[])[];
  #floats: Float32Array;

  constructor(
    plan: Plan,
    options: PrepareOptions,
    private readonly arena: Allocator,
    memory: WebAssembly.Memory,
  ) {
    const kernels = compile(plan, { ...options, relaxedSimd: options.relaxedSimd && hasRelaxedSimd() }, memory);
    this.#passes = plan.phases.map(({ passes }, phase) =>
      passes.map((pass, index) => ({
        kernel: kernels[phase]?.[index] as Kernel,
        pass,
        implementation: implementationOf(pass, options.vocabulary),
        uniforms: pass.kind === "map" ? arena.allocate(4 * pass.uniforms.length) : 0,
        frames: new Map(),
      })),
    );
    this.#floats = new Float32Array(arena.buffer);
  }

  run(phase: number, index: number, tensor: BoundTensor, uniforms: Float64Array, key: number): boolean {
    const prepared = this.#passes[phase]?.[index] as PreparedPass;
    let frame = prepared.frames.get(tensor);
    if (frame === undefined) {
      frame = this.#write(prepared.implementation.frame(prepared.pass, tensor));
      prepared.frames.set(tensor, frame);
    }
    if (this.#floats.buffer !== this.arena.buffer) this.#floats = new Float32Array(this.arena.buffer);
    for (let slot = 0; slot < uniforms.length; slot++)
      this.#floats[(prepared.uniforms >> 2) + slot] = uniforms[slot] as number;
    prepared.implementation.start?.(prepared.pass, tensor);
    return prepared.kernel(frame, prepared.uniforms, key | 0) !== 0;
  }

  #write(words: readonly number[]): number {
    const address = this.arena.allocate(4 * words.length);
    new Int32Array(this.arena.buffer, address, words.length).set(words);
    return address;
  }
}

/** Compiles one function for each pass; passes with the same outline share one. */
function compile(plan: Plan, options: PrepareOptions, memory: WebAssembly.Memory): readonly (readonly Kernel[])[] {
  const module = new ModuleBuilder();
  const known = new Map<string, number>();
  const indices = plan.phases.map(({ passes }) =>
    passes.map((pass) => {
      const key = outline(pass);
      const index =
        known.get(key) ?? module.kernel(implementationOf(pass, options.vocabulary).emit(pass, module, options));
      known.set(key, index);
      return index;
    }),
  );
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  return indices.map((phase) => phase.map((index) => instance.exports[`f${index}`] as Kernel));
}

/** Returns a description of the work of a pass, whatever its operands: passes with the same outline share a kernel. */
function outline(pass: Pass): string {
  if (pass.kind !== "map") return pass.kind;
  const numbers = new Map<Expression, number>();
  const slots = new Map<string, number>();
  const slot = (location: ValueLocation): string => {
    const key = location.kind === "stream" ? location.name : `${location.kind} ${location.index}`;
    if (!slots.has(key)) slots.set(key, slots.size);
    return `${location.kind} ${location.shape} ${slots.get(key)}`;
  };
  const name = (e: Expression): string => (e.kind === "constant" ? `=${e.value}` : String(numbers.get(e)));
  const define = (e: Expression): void => void numbers.set(e, numbers.size);
  pass.uniforms.forEach(define);
  const gradient = (e: Expression): string => (e.kind === "read" && e.name === "g" ? "g" : "");
  const reads = [...pass.reads].map(([e, location]) => {
    define(e);
    return `${e.shape} ${gradient(e)} ${slot(location)}`;
  });
  const compute = pass.compute.map((e) => {
    define(e);
    const detail = e.kind === "random" ? e.site : "op" in e ? e.op : "";
    return `${e.kind} ${detail} ${e.shape} ${operands(e).map(name)}`;
  });
  const stores = pass.stores.map(({ location, value }) => `${slot(location)} ${name(value)}`);
  const reductions = pass.reductions.map(
    ({ node, location }) => `${slot(location)} ${node.op} ${node.shape} ${name(node.a)}`,
  );
  return [
    pass.space,
    pass.inner,
    pass.flat,
    pass.checksGradient,
    pass.uniforms.length,
    reads,
    compute,
    stores,
    reductions,
  ].join(";");
}

function validates(emit: (f: FunctionBody) => void): boolean {
  if (typeof WebAssembly === "undefined") return false;
  const f = new FunctionBody();
  emit(f);
  const module = new ModuleBuilder();
  module.kernel(f.i32(1));
  return WebAssembly.validate(module.encode());
}

/** Returns true if this engine supports 128-bit SIMD. */
export const hasWasmSimd = (): boolean => validates((f) => f.vector(new Float32Array(4)).op("v128.any_true").set(0));

/** Returns true if this engine supports fusing products into sums. */
export function hasRelaxedSimd(): boolean {
  return validates((f) => {
    const x = f.local(V128);
    f.get(x).get(x).get(x).op("f32x4.relaxed_madd").set(x);
  });
}
