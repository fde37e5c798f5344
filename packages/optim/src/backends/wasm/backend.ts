import type { Allocator } from "../../parameters/allocator.ts";
import { type Expression, operands } from "../../rule/expression.ts";
import type { MapPass, Pass, Plan, ValueLocation } from "../../rule/plan.ts";
import { isElementwise } from "../../rule/plan-elementwise.ts";
import type { PassImplementation, PrepareOptions } from "../../rule/vocabulary.ts";
import { type Kernel, SLOTS } from "../../threads/chunks.ts";
import { type Chunk, type Crew, chunkLength } from "../../threads/crew.ts";
import type { Backend, PreparedPlan } from "../backend.ts";
import type { BoundTensor } from "../bound-tensor.ts";
import { implementationOf } from "../elementwise.ts";
import { outlineOf } from "../matrices.ts";
import { FunctionBody, ModuleBuilder, V128 } from "./assembler.ts";
import { FRAME_WIDTH, frameSlot, locationsOf } from "./elementwise.ts";
import { compileKernels } from "./vectors.ts";

/** Returns the backend that compiles a fused SIMD kernel for each pass, which works in the memory of an arena. */
export function wasmBackend(arena: Allocator): Backend {
  const memory = arena.memory as WebAssembly.Memory | null;
  if (!memory) throw new TypeError("the arena is not a WebAssembly memory");
  return { name: "wasm", prepare: (plan, options) => new WasmPlan(plan, options, arena, memory) };
}

/** One pass that is ready to be called. */
interface PreparedPass {
  readonly kernel: Kernel;
  /** Index of the kernel in its module. */
  readonly index: number;
  readonly pass: Pass;
  readonly implementation: PassImplementation;
  /** Byte offset of its uniforms. */
  readonly uniforms: number;
  /** Byte offset of each tensor's frame. */
  readonly frames: Map<BoundTensor, number>;
  /** True if its elements may be computed in any order, on several threads. */
  readonly isDivisible: boolean;
  /** Byte offset of the frames of its chunks; 0 until they are needed. */
  chunkFrames: number;
}

class WasmPlan implements PreparedPlan {
  readonly #passes: readonly (readonly PreparedPass[])[];
  readonly #module: WebAssembly.Module;
  /** Index of the module in the arena's crew. */
  #moduleIndex: number | null = null;
  #floats: Float32Array;

  constructor(
    plan: Plan,
    options: PrepareOptions,
    private readonly arena: Allocator,
    memory: WebAssembly.Memory,
  ) {
    const relaxedSimd = options.relaxedSimd && hasRelaxedSimd();
    const { module, indices } = compile(plan, { ...options, relaxedSimd }, arena.isShared);
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    this.#module = module;
    this.#passes = plan.phases.map(({ passes }, phase) =>
      passes.map((pass, position) => ({
        kernel: exports[`f${indices[phase]?.[position]}`] as Kernel,
        index: indices[phase]?.[position] as number,
        pass,
        implementation: implementationOf(pass, options.vocabulary),
        uniforms: pass.kind === "map" ? arena.allocate(4 * pass.uniforms.length) : 0,
        frames: new Map(),
        // A kernel counts the elements of its own chunk, and a random number depends on the index of its element.
        isDivisible: isElementwise(pass) && !plan.usesRandom,
        chunkFrames: 0,
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
      this.#floats[prepared.uniforms / 4 + slot] = uniforms[slot] as number;
    prepared.implementation.start?.(prepared.pass, tensor);
    if (
      this.arena.isShared &&
      prepared.isDivisible &&
      tensor.length((prepared.pass as MapPass).space) > chunkLength(0)
    ) {
      return this.#runOnThreads(prepared, frame, key | 0);
    }
    return prepared.kernel(frame, prepared.uniforms, key | 0) !== 0;
  }

  /** Runs a pass on the threads of the arena, in chunks with a frame each. */
  #runOnThreads(prepared: PreparedPass, frame: number, key: number): boolean {
    const crew = this.arena.crew() as Crew;
    this.#moduleIndex ??= crew.add(this.#module);
    const bytes = frameSlot(locationsOf(prepared.pass as MapPass).length);
    prepared.chunkFrames ||= this.arena.allocate(SLOTS * bytes);
    const words = new Int32Array(this.arena.buffer);
    const [source, size] = [frame / 4, bytes / 4];
    const width = words[source + FRAME_WIDTH] as number;
    const length = chunkLength(width);
    const { index: kernel, uniforms } = prepared;
    const chunks: Chunk[] = [];
    for (let first = 0; first < width; first += length) {
      const own = prepared.chunkFrames + chunks.length * bytes;
      const target = own / 4;
      words.copyWithin(target, source, source + size);
      words[target + FRAME_WIDTH] = Math.min(length, width - first);
      for (let start = frameSlot(0) / 4; start < size; start += 4)
        words[target + start] = (words[source + start] as number) + 4 * first;
      chunks.push({ module: this.#moduleIndex, kernel, frame: own, uniforms, key });
    }
    return crew.run(chunks, prepared.kernel);
  }

  #write(words: readonly number[]): number {
    const address = this.arena.allocate(4 * words.length);
    new Int32Array(this.arena.buffer, address, words.length).set(words);
    return address;
  }
}

/** Compiles one function for each pass, and returns its index; passes with the same outline share one. */
function compile(
  plan: Plan,
  options: PrepareOptions,
  isShared: boolean,
): { readonly module: WebAssembly.Module; readonly indices: readonly (readonly number[])[] } {
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
  return { module: compileKernels(module.encode(isShared), module.hasCalls), indices };
}

/** Returns a description of the work of a pass, whatever its operands: passes with the same outline share a kernel. */
function outline(pass: Pass): string {
  if (pass.kind !== "map") return pass.kind === "product" ? `product ${outlineOf(pass)}` : pass.kind;
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
