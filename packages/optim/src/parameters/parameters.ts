import type { Backend } from "../backends/backend.ts";
import { interpreter } from "../backends/interpreter.ts";
import { hasWasmSimd, wasmBackend } from "../backends/wasm/backend.ts";
import { suggest } from "../nearest.ts";
import { show } from "../show.ts";
import { Arena } from "./arena.ts";
import type { Dtype, FloatArray } from "./dtype.ts";

/** Tensors start at a multiple of this, so that a kernel's vectors never straddle two. */
const ELEMENT_ALIGNMENT = 4;
/** Address space kept for optimizer state, in multiples of the values: enough for most optimizers with wrappers. */
const RESERVED_STREAMS = 8;

export interface ParametersOptions {
  /** `"float32"` (default), which every backend runs, or `"float64"` for the interpreter. */
  readonly dtype?: Dtype;
  /** Optimizer states per parameter to keep address space for, so that views stay valid. Default 8. */
  readonly reserve?: number;
}

/** A tensor's dimensions, PyTorch's order; `[]` is one number. */
export type Dimensions = readonly number[];

interface Entry {
  readonly dimensions: Dimensions;
  /** Position in the arena's streams, in elements. */
  readonly offset: number;
  readonly length: number;
}

/**
 * Named tensors in one arena: their values, and beside them their gradients.
 *
 * Values and gradients are handed out as views, never copied: write gradients into `gradient(name)` (or let an engine
 * write there), call the updater's `step()`, read `value(name)`.
 *
 * @example
 * const parameters = new Parameters({ weight: [10, 784], bias: [10] });
 * parameters.value("weight").fill(0.01);
 * parameters.gradient("bias").set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
 */
export class Parameters {
  readonly arena: Arena;
  readonly dtype: Dtype;
  readonly names: readonly string[];
  /** Elements of `values` and of `gradients`: all tensors, with the zeros that pad each to a multiple of four. */
  readonly length: number;
  readonly #entries = new Map<string, Entry>();
  readonly #valuesStart: number;
  readonly #gradientsStart: number;

  /**
   * @param shapes name -> dimensions, as an object or as pairs. A name twice, or a dimension that is not a positive
   *   whole number, is an error; so is more than the 4 GiB that WebAssembly can address.
   */
  constructor(
    shapes: Readonly<Record<string, Dimensions>> | Iterable<readonly [string, Dimensions]>,
    options: ParametersOptions = {},
  ) {
    this.dtype = options.dtype ?? "float32";
    if (this.dtype !== "float32" && this.dtype !== "float64") {
      throw new TypeError(`dtype is "float32" or "float64", not ${show(this.dtype)}`);
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
    const bytes = offset * (this.dtype === "float32" ? 4 : 8);
    this.arena = new Arena(this.dtype, 2 * bytes + 64, (2 + (options.reserve ?? RESERVED_STREAMS)) * bytes + 2 ** 20);
    this.#valuesStart = this.arena.allocate(bytes);
    this.#gradientsStart = this.arena.allocate(bytes);
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (!entry) throw new Error(`no tensor is named '${name}': ${suggest(name, this.names)}`);
    return entry;
  }

  /** The tensor's dimensions, as given. */
  shape(name: string): Dimensions {
    return this.#entry(name).dimensions;
  }

  /** How many numbers the tensor holds. */
  size(name: string): number {
    return this.#entry(name).length;
  }

  /** A view of the tensor's values. */
  value(name: string): FloatArray {
    return this.arena.floats(this.address(name, "w"), this.size(name));
  }

  /** A view of the tensor's gradient. */
  gradient(name: string): FloatArray {
    return this.arena.floats(this.address(name, "g"), this.size(name));
  }

  /** Copies a gradient in. An array of another length is an error, and nothing is changed. */
  setGradient(name: string, gradient: ArrayLike<number>): void {
    this.#set(this.gradient(name), name, "gradient", gradient);
  }

  /** Copies values in. An array of another length is an error, and nothing is changed. */
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

  /** All values, one contiguous view. */
  get values(): FloatArray {
    return this.arena.floats(this.#valuesStart, this.length);
  }

  /** All gradients, one contiguous view: what a data-parallel run reduces. */
  get gradients(): FloatArray {
    return this.arena.floats(this.#gradientsStart, this.length);
  }

  /** What computes on these parameters, by name; by default the fastest that can. */
  backend(name?: Backend["name"]): Backend {
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
    return obstacle || name === "interpreter" ? interpreter : wasmBackend(this.arena);
  }

  /** The first byte of a tensor's values (`w`) or gradient (`g`) in the arena. */
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
