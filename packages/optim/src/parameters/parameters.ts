import type { Backend } from "../backends/backend.ts";
import { interpreter } from "../backends/interpreter.ts";
import { hasWasmSimd, wasmBackend } from "../backends/wasm/backend.ts";
import type { Role } from "../definition/condition.ts";
import { suggest } from "../nearest.ts";
import { show } from "../show.ts";
import type { Allocator } from "./allocator.ts";
import { Arena } from "./arena.ts";
import type { Dtype, FloatArray } from "./dtype.ts";

/** Tensors start at a multiple of this, so that no vector of a kernel spans two tensors. */
const ELEMENT_ALIGNMENT = 4;
/** Address space reserved for optimizer state, in multiples of the values: enough for most optimizers with wrappers. */
const RESERVED_STREAMS = 8;
/** Minimum number of elements that several threads update: a step of fewer elements takes less than a millisecond. */
const THREADS_FROM = 2 ** 20;

export interface ParametersOptions<D extends Dtype = Dtype> {
  /** Precision: `"float32"` (default), which every backend supports, or `"float64"` for the interpreter. */
  readonly dtype?: D;
  /**
   * Number of optimizer states per parameter to reserve address space for, so that views stay valid; of all updaters
   * together. Adam has two. Default 8.
   */
  readonly reserve?: number;
  /**
   * Number of threads that apply updates. Results do not depend on it. Default 1. More than one has an effect in Node
   * only, and from a million elements up; the memory is then shared, and views have a `SharedArrayBuffer`.
   */
  readonly threads?: number;
  /**
   * Roles of tensors by name, for `split`. Default: tensors of at least two axes are hidden weights, and all others biases.
   */
  readonly roles?: Readonly<Record<string, Role>>;
}

/** Dimensions of a tensor in PyTorch's order; `[]` is a single number. */
export type Dimensions = readonly number[];

interface Entry {
  readonly dimensions: Dimensions;
  /** Position among the values, in elements. */
  readonly offset: number;
  readonly length: number;
}

/**
 * Named tensors in one arena: their values and their gradients.
 *
 * Values and gradients are views, never copies: write gradients into `gradient(name)` (or let an engine write there),
 * call the updater's `step()`, and read `value(name)`. A view is a `Float32Array`, or a `Float64Array` with
 * `{ dtype: "float64" }`.
 *
 * Views stay valid while optimizer states fit into the reserve. When an updater needs more, the memory grows: a warning
 * is printed, and views returned earlier have length 0. `updater.dispose()` returns the memory of a state.
 *
 * @example
 * const parameters = new Parameters({ weight: [10, 784], bias: [10] });
 * parameters.value("weight").fill(0.01);
 * parameters.gradient("bias").set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
 */
export class Parameters<D extends Dtype = "float32"> {
  readonly arena: Arena<D>;
  readonly dtype: D;
  readonly names: readonly string[];
  /** Roles of tensors by name, of those that have one. */
  readonly roles: Readonly<Record<string, Role>>;
  /** Number of elements of `values` and of `gradients`, with the zeros that pad each tensor to a multiple of four. */
  readonly length: number;
  readonly #entries = new Map<string, Entry>();
  readonly #valuesStart: number;
  readonly #gradientsStart: number;

  /**
   * Allocates all tensors, filled with zeros.
   * @param shapes dimensions by name, as an object or as pairs
   * @throws if a name occurs twice, a dimension or the number of threads is not a positive whole number, the reserve is
   *   not a number of at least 0, or the tensors need more than the 4 GiB of WebAssembly
   */
  constructor(
    shapes: Readonly<Record<string, Dimensions>> | Iterable<readonly [string, Dimensions]>,
    options: ParametersOptions<D> = {},
  ) {
    const dtype = options.dtype ?? ("float32" as D);
    if (dtype !== "float32" && dtype !== "float64") {
      throw new TypeError(`dtype is "float32" or "float64", not ${show(dtype)}`);
    }
    this.dtype = dtype;
    const { reserve = RESERVED_STREAMS, threads = 1, roles = {} } = options;
    this.roles = roles;
    if (!(reserve >= 0 && reserve < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`reserve = ${show(reserve)}: expected a number in [0, inf)`);
    }
    if (!(Number.isInteger(threads) && threads > 0)) {
      throw new RangeError(`threads = ${show(threads)}: expected a positive whole number`);
    }
    let offset = 0;
    for (const [name, dimensions] of Symbol.iterator in shapes ? shapes : Object.entries(shapes)) {
      if (this.#entries.has(name)) throw new Error(`tensor '${name}' is named twice`);
      checkDimensions(name, dimensions);
      const length = dimensions.reduce((product, size) => product * size, 1);
      this.#entries.set(name, { dimensions: [...dimensions], offset, length });
      offset += Math.ceil(length / ELEMENT_ALIGNMENT) * ELEMENT_ALIGNMENT;
    }
    if (this.#entries.size === 0) throw new Error("no tensor was named: expected { name: dimensions }");
    this.names = [...this.#entries.keys()];
    this.length = offset;
    const bytes = offset * (dtype === "float32" ? 4 : 8);
    const used = dtype === "float32" && offset >= THREADS_FROM ? threads : 1;
    this.arena = new Arena(dtype, 2 * bytes + 64, (2 + reserve) * bytes + 2 ** 20, used);
    this.#valuesStart = this.arena.allocate(bytes);
    this.#gradientsStart = this.arena.allocate(bytes);
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (!entry) throw new Error(`no tensor is named '${name}': ${suggest(name, this.names)}`);
    return entry;
  }

  /** Returns the dimensions of a tensor. */
  shape(name: string): Dimensions {
    return this.#entry(name).dimensions;
  }

  /** Returns the number of elements of a tensor. */
  size(name: string): number {
    return this.#entry(name).length;
  }

  /** Returns a view of a tensor's values. */
  value(name: string): FloatArray<D> {
    return this.arena.floats(this.address(name, "w"), this.size(name));
  }

  /** Returns a view of a tensor's gradient. */
  gradient(name: string): FloatArray<D> {
    return this.arena.floats(this.address(name, "g"), this.size(name));
  }

  /**
   * Copies a gradient into its tensor.
   * @throws RangeError if the length differs; nothing changes then
   */
  setGradient(name: string, gradient: ArrayLike<number>): void {
    this.#set(this.gradient(name), name, "gradient", gradient);
  }

  /**
   * Copies values into a tensor.
   * @throws RangeError if the length differs; nothing changes then
   */
  setValue(name: string, values: ArrayLike<number>): void {
    this.#set(this.value(name), name, "value", values);
  }

  #set(target: FloatArray, name: string, what: string, source: ArrayLike<number>): void {
    if (source.length !== target.length) {
      const shape = show(this.shape(name));
      throw new RangeError(
        `the ${what} of '${name}' has ${target.length} numbers (shape ${shape}), but ${source.length} were given`,
      );
    }
    target.set(source);
  }

  /** All values as one contiguous view. */
  get values(): FloatArray<D> {
    return this.arena.floats(this.#valuesStart, this.length);
  }

  /** All gradients as one contiguous view, for an all-reduce in data-parallel training. */
  get gradients(): FloatArray<D> {
    return this.arena.floats(this.#gradientsStart, this.length);
  }

  /**
   * Returns a backend for these parameters. Default: the fastest that supports them.
   * @param arena memory for its kernels; default that of the parameters
   */
  backend(name?: Backend["name"], arena: Allocator = this.arena): Backend {
    if (name !== undefined && name !== "wasm" && name !== "interpreter") {
      throw new TypeError(`backend is "wasm" or "interpreter", not ${show(name)}`);
    }
    const obstacle =
      this.dtype !== "float32"
        ? "the wasm backend computes in float32"
        : hasWasmSimd()
          ? null
          : "this engine has no WebAssembly SIMD";
    if (name === "wasm" && obstacle) throw new TypeError(`${obstacle}: bind with { backend: "interpreter" }`);
    return obstacle || name === "interpreter" ? interpreter : wasmBackend(arena);
  }

  /** Returns the byte offset of a tensor's values (`w`) or gradient (`g`) in the arena. */
  address(name: string, stream: "w" | "g"): number {
    const start = stream === "w" ? this.#valuesStart : this.#gradientsStart;
    return start + this.#entry(name).offset * this.arena.bytesPerElement;
  }
}

function checkDimensions(name: string, dimensions: Dimensions): void {
  const valid = Array.isArray(dimensions) && dimensions.every((size) => Number.isInteger(size) && size > 0);
  if (!valid) {
    throw new RangeError(`the shape of '${name}' is ${show(dimensions)}: expected an array of positive whole numbers`);
  }
}
