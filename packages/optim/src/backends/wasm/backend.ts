import type { Arena } from "../../arena.ts";
import type { MapPass, Pass, Plan } from "../../rule/plan.ts";
import { lengths, volume } from "../../rule/shape.ts";
import type { Backend, BoundTensor, PreparedPlan, PrepareOptions } from "../backend.ts";
import { outerStrides } from "../interpreter.ts";
import { FunctionBody, ModuleBuilder, V128 } from "./assembler.ts";
import { emitMap, placesOf } from "./map.ts";
import { emitProduct, emitTranspose, matrixFrame } from "./matrix.ts";

type Kernel = (frame: number, uniforms: number, key: number) => number;

/** A fused SIMD kernel for each pass, generated as WebAssembly bytes, working in the arena's memory. */
export function wasmBackend(arena: Arena): Backend {
  const memory = arena.memory;
  if (!memory) throw new TypeError("the arena is not a WebAssembly memory");
  return { name: "wasm", prepare: (plan, options) => new WasmPlan(plan, options, arena, memory) };
}

class WasmPlan implements PreparedPlan {
  readonly #kernels: readonly (readonly Kernel[])[];
  readonly #uniforms: readonly (readonly number[])[];
  readonly #frames = new Map<BoundTensor, readonly (readonly number[])[]>();
  #view: Float32Array;

  constructor(
    private readonly plan: Plan,
    options: PrepareOptions,
    private readonly arena: Arena,
    memory: WebAssembly.Memory,
  ) {
    this.#kernels = compile(plan, { ...options, relaxedSimd: options.relaxedSimd && hasRelaxedSimd() }, memory);
    this.#uniforms = plan.stages.map(({ passes }) => passes.map((pass) => (pass.kind === "map" ? arena.allocate(4 * Math.max(1, pass.uniforms.length)) : 0)));
    this.#view = new Float32Array(arena.buffer);
  }

  run(stage: number, pass: number, tensor: BoundTensor, uniforms: Float64Array, key: number): boolean {
    const frame = this.#framesOf(tensor)[stage]?.[pass] as number;
    const address = this.#uniforms[stage]?.[pass] as number;
    if (this.#view.buffer !== this.arena.buffer) this.#view = new Float32Array(this.arena.buffer);
    for (let slot = 0; slot < uniforms.length; slot++) this.#view[(address >> 2) + slot] = uniforms[slot] as number;
    const planned = (this.plan.stages[stage] as Plan["stages"][number]).passes[pass] as Pass;
    if (planned.kind === "map") for (const { place, node } of planned.reductions) tensor.array(place).fill(node.op === "max" ? Number.NEGATIVE_INFINITY : 0);
    return (this.#kernels[stage]?.[pass] as Kernel)(frame, address, key | 0) !== 0;
  }

  #framesOf(tensor: BoundTensor): readonly (readonly number[])[] {
    let frames = this.#frames.get(tensor);
    if (!frames) {
      frames = this.plan.stages.map(({ passes }) => passes.map((pass) => this.#write(frameWords(pass, tensor))));
      this.#frames.set(tensor, frames);
    }
    return frames;
  }

  #write(words: readonly number[]): number {
    const address = this.arena.allocate(4 * words.length);
    new Int32Array(this.arena.buffer, address, words.length).set(words);
    return address;
  }
}

/** One function for each pass; passes that do the same share one. */
function compile(plan: Plan, options: PrepareOptions, memory: WebAssembly.Memory): readonly (readonly Kernel[])[] {
  const module = new ModuleBuilder();
  const matrixKernels = new Map<Pass["kind"], number>();
  const matrixKernel = (kind: Pass["kind"], emit: () => FunctionBody): number => {
    const index = matrixKernels.get(kind) ?? module.kernel(emit());
    matrixKernels.set(kind, index);
    return index;
  };
  const indices = plan.stages.map(({ passes }) =>
    passes.map((pass) => {
      if (pass.kind === "map") return module.kernel(emitMap(module, pass, options));
      return matrixKernel(pass.kind, pass.kind === "product" ? emitProduct : emitTranspose);
    }),
  );
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  return indices.map((stage) => stage.map((index) => instance.exports[`f${index}`] as Kernel));
}

function frameWords(pass: Pass, tensor: BoundTensor): number[] {
  if (pass.kind === "map") return mapFrame(pass, tensor);
  const [n0, n1, rows, columns] = lengths(pass.a.shape, tensor.axes) as [number, number, number, number];
  const common = { a: tensor.address(pass.a), out: tensor.address(pass.out), batches: n0 * n1, rows };
  if (pass.kind === "transpose") return matrixFrame({ ...common, b: 0, depth: 0, columns });
  return matrixFrame({ ...common, b: tensor.address(pass.b), depth: columns, columns: lengths(pass.b.shape, tensor.axes)[3] as number });
}

/** See `FRAME_HEADER` and `FRAME_SLOT` in map.ts. */
function mapFrame(pass: MapPass, tensor: BoundTensor): number[] {
  const axes = lengths(pass.space, tensor.axes);
  const outer = [0, 1, 2, 3].filter((axis) => axis !== pass.inner).map((axis) => axes[axis] as number);
  const header = pass.flat ? [1, 1, 1, volume(axes)] : [...outer, axes[pass.inner] as number];
  const slots = placesOf(pass).flatMap((place) => {
    const bytes = place.kind === "sums" ? 8 : 4;
    return [tensor.address(place), ...outerStrides(place, pass, tensor).map((stride) => stride * bytes)];
  });
  return [...header, ...slots];
}

function validates(emit: (f: FunctionBody) => void): boolean {
  if (typeof WebAssembly === "undefined") return false;
  const f = new FunctionBody();
  emit(f);
  const module = new ModuleBuilder();
  module.kernel(f.i32(1));
  return WebAssembly.validate(module.encode());
}

/** Whether this engine runs 128-bit SIMD. */
export const hasWasmSimd = (): boolean => validates((f) => f.vector(new Float32Array(4)).op("v128.any_true").set(0));

/** Whether this engine may fuse products into sums. */
export function hasRelaxedSimd(): boolean {
  return validates((f) => {
    const x = f.local(V128);
    f.get(x).get(x).get(x).op("f32x4.relaxed_madd").set(x);
  });
}
