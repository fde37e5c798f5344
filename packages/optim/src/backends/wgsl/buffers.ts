import type { Place, Plan } from "../../rule/plan.ts";
import { ELEMENT, lengths, SCALAR, type Shape, volume } from "../../rule/shape.ts";
import type { Identifiers } from "./identifiers.ts";
import type { Uniforms } from "./uniforms.ts";

/**
 * What a buffer is for. Streams (`w`, `g`, states) and `scalars` (states that are one number, which only the device
 * knows) keep their contents from step to step, and start as zeros but for `w` and `g`. The rest lasts one step, and
 * may be shared by tensors that run one after another: `scratch`, `sums` along axes, `partials` of sums over the
 * tensor and their `results`. `totals` and `totalPartials` belong to all tensors together.
 */
export type WgslBufferKind =
  | "stream"
  | "scalars"
  | "scratch"
  | "sums"
  | "partials"
  | "results"
  | "totals"
  | "totalPartials";

/** A value inside a buffer. */
export interface WgslContents {
  /** `w`, `g`, `evaluation`, a state's name; for what lasts one step, the name in the module. */
  readonly name: string;
  /** Its first element. */
  readonly from: number;
  readonly length: number;
}

/** A storage buffer of float32 numbers, in group 0. */
export interface WgslBinding {
  readonly binding: number;
  /** The variable in the module. */
  readonly name: string;
  readonly kind: WgslBufferKind;
  readonly access: "read" | "read_write";
  /** In elements. */
  readonly length: number;
  /** One value, but where values were packed to stay within eight buffers a pass. */
  readonly contents: readonly WgslContents[];
}

/** What shares a buffer: nothing, the states, or the states and, in another, what is left over between passes. */
export const PACKINGS = ["none", "states", "all"] as const;
export type Packing = (typeof PACKINGS)[number];

/** WebGPU's default limit of storage buffers for one pass. */
export const BUFFER_LIMIT = 8;

interface Buffer {
  readonly name: string;
  readonly kind: WgslBufferKind;
  readonly contents: WgslContents[];
  length: number;
  isUsed: boolean;
  isWritten: boolean;
}

export interface BufferOptions {
  readonly plan: Plan;
  /** Of the states. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** The lengths of the tensor's four axes. */
  readonly axes: readonly number[];
  readonly packing: Packing;
  readonly isEvaluation: boolean;
}

/** The storage buffers of a module, and which of them the kernel that is being written uses. */
export class Buffers {
  readonly #buffers: Buffer[] = [];
  readonly #places = new Map<string, { readonly buffer: Buffer; readonly contents: WgslContents }>();
  readonly #used = new Set<Buffer>();

  constructor(
    { plan, shapes, axes, packing, isEvaluation }: BufferOptions,
    private readonly names: Identifiers,
    private readonly uniforms: Uniforms,
  ) {
    const length = (shape: Shape): number => volume(lengths(shape, axes));
    this.#add("stream", "w", length(ELEMENT));
    this.#add("stream", "g", length(ELEMENT));
    if (isEvaluation) this.#add("stream", "evaluation", length(ELEMENT));
    for (const [state, shape] of shapes) {
      if (shape !== SCALAR) this.#add("stream", state, length(shape), packing === "none" ? state : "states");
    }
    const work = packing === "all" ? "work" : null;
    for (const [index, shape] of plan.scratch.entries()) {
      this.#add("scratch", `scratch${index}`, length(shape), work ?? `scratch${index}`);
    }
    for (const [index, shape] of plan.sums.entries()) {
      if (shape !== SCALAR) this.#add("sums", `sums${index}`, length(shape), work ?? `sums${index}`);
    }
  }

  /** Adds a value, in a buffer of its own or behind those in the buffer of that key. */
  #add(kind: WgslBufferKind, name: string, length: number, key = name): void {
    let buffer = this.#places.get(`buffer ${key}`)?.buffer;
    if (!buffer) {
      buffer = { name: this.names.claim(key), kind, contents: [], length: 0, isUsed: false, isWritten: false };
      this.#buffers.push(buffer);
    }
    const contents = { name, from: buffer.length, length };
    buffer.contents.push(contents);
    buffer.length += length;
    for (const found of [`${kind} ${name}`, `buffer ${key}`]) this.#places.set(found, { buffer, contents });
  }

  /** Adds a buffer of single numbers, which are found by their position. */
  numbers(kind: "scalars" | "totals", names: readonly string[]): void {
    for (const name of names) this.#add(kind, name, 1, kind);
  }

  /** Adds a buffer of numbers without names. */
  area(kind: "partials" | "results" | "totalPartials", length: number): void {
    if (length > 0) this.#add(kind, kind, length);
  }

  #use(key: string, isWrite: boolean): { readonly buffer: Buffer; readonly contents: WgslContents } {
    const found = this.#places.get(key) as { buffer: Buffer; contents: WgslContents };
    found.buffer.isUsed = true;
    found.buffer.isWritten ||= isWrite;
    this.#used.add(found.buffer);
    return found;
  }

  #element(place: Place, index: string, isWrite: boolean): string {
    const name = nameOf(place);
    const { buffer, contents } = this.#use(`${place.kind} ${name}`, isWrite);
    if (buffer.contents.length === 1) return `${buffer.name}[${index}]`;
    const from = this.uniforms.integer(`${name}From`, contents.from, `where ${name} begins in ${buffer.name}`);
    return `${buffer.name}[${from} + ${index}]`;
  }

  /** An element of a place, to be read. */
  read(place: Place, index: string): string {
    return this.#element(place, index, false);
  }

  /** An element of a place, to be assigned. */
  write(place: Place, index: string): string {
    return this.#element(place, index, true);
  }

  /** One of many numbers, to be read. */
  number(kind: WgslBufferKind, index: string): string {
    return `${this.#use(`buffer ${kind}`, false).buffer.name}[${index}]`;
  }

  /** One of many numbers, to be assigned. */
  writeNumber(kind: WgslBufferKind, index: string): string {
    return `${this.#use(`buffer ${kind}`, true).buffer.name}[${index}]`;
  }

  /** The names of the buffers used since the last call. */
  takeUsed(): readonly string[] {
    const names = this.#buffers.filter((buffer) => this.#used.has(buffer)).map(({ name }) => name);
    this.#used.clear();
    return names;
  }

  /** What lasts from step to step, the same in all modules of a rule; then what else this module uses. */
  get bindings(): readonly WgslBinding[] {
    return this.#buffers
      .filter(({ kind, isUsed }) => isUsed || kind === "stream" || kind === "scalars")
      .map(({ name, kind, contents, length, isWritten }, index) => ({
        binding: index + 1,
        name,
        kind,
        access: isWritten ? "read_write" : "read",
        length,
        contents,
      }));
  }

  declarations(): string {
    return this.bindings
      .map(({ binding, access, name }) => `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: array<f32>;\n`)
      .join("");
  }
}

/** A place's name among those of its kind. */
export const nameOf = (place: Place): string => (place.kind === "stream" ? place.name : `${place.kind}${place.index}`);
