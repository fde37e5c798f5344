import type { Plan, ValueLocation } from "../../rule/plan.ts";
import { ELEMENT, lengths, SCALAR, type Shape, volume } from "../../rule/shape.ts";
import type { Identifiers } from "./identifiers.ts";
import type { Uniforms } from "./uniforms.ts";

/**
 * Purpose of a buffer. Streams (`w`, `g`, states) and `scalars` (states that are one number and known only to the
 * device) keep their contents from step to step; states start as zeros. `totals` and `totalPartials` belong to all
 * tensors together. All others last one step: `scratch`, `sums` along axes, `partials` of sums over the tensor and
 * their `results`. Tensors that run one after another, which are all if there are no totals, may share those.
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
  /** `w`, `g`, `evaluation` or a state's name; for buffers of one step, the name in the module. */
  readonly name: string;
  /** Index of its first element. */
  readonly from: number;
  readonly length: number;
}

/** A storage buffer of float32 numbers, in group 0. */
export interface WgslBinding {
  readonly binding: number;
  /** Name of the variable in the module. */
  readonly name: string;
  readonly kind: WgslBufferKind;
  readonly access: "read" | "read_write";
  /** Length in elements. */
  readonly length: number;
  /** One value, unless values were packed to stay within eight buffers per pass. */
  readonly contents: readonly WgslContents[];
}

/** Values that share a buffer: none, the states, or the states in one and the scratch values and sums in another. */
export const PACKINGS = ["none", "states", "all"] as const;
export type Packing = (typeof PACKINGS)[number];

/** Default limit of storage buffers per pass in WebGPU. */
export const BUFFER_LIMIT = 8;

interface Buffer {
  readonly name: string;
  readonly kind: WgslBufferKind;
  readonly contents: WgslContents[];
  length: number;
  isUsed: boolean;
  isWritten: boolean;
}

/** Room of a value in a buffer. */
interface Room {
  readonly buffer: Buffer;
  readonly contents: WgslContents;
}

/** Kinds whose numbers are addressed by position. */
type NumberKind = Exclude<WgslBufferKind, "stream" | "scratch" | "sums">;

export interface BufferOptions {
  readonly plan: Plan;
  /** Shapes of the states. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Lengths of the tensor's four axes. */
  readonly axes: readonly number[];
  /** States that are one number and known only to the device. */
  readonly scalars: readonly string[];
  readonly packing: Packing;
  readonly isEvaluation: boolean;
}

/** Storage buffers of a module; records those that the current kernel uses. */
export class Buffers {
  readonly #buffers = new Map<string, Buffer>();
  readonly #locations = new Map<string, Room>();
  readonly #used = new Set<Buffer>();

  constructor(
    { plan, shapes, axes, scalars, packing, isEvaluation }: BufferOptions,
    private readonly names: Identifiers,
    private readonly uniforms: Uniforms,
  ) {
    const length = (shape: Shape): number => volume(lengths(shape, axes));
    this.#add("stream", "w", length(ELEMENT));
    this.#add("stream", "g", length(ELEMENT));
    for (const [state, shape] of shapes) {
      if (shape !== SCALAR) this.#add("stream", state, length(shape), packing === "none" ? null : "states");
    }
    this.numbers("scalars", scalars);
    if (isEvaluation) this.#add("stream", "evaluation", length(ELEMENT));
    const work = packing === "all" ? "work" : null;
    for (const [index, shape] of plan.scratch.entries()) {
      this.#add("scratch", `scratch${index}`, length(shape), work);
    }
    for (const [index, shape] of plan.sums.entries()) {
      if (shape !== SCALAR) this.#add("sums", `sums${index}`, length(shape), work);
    }
  }

  /** Adds a value, in a buffer of its own or at the end of a group's buffer. */
  #add(kind: WgslBufferKind, name: string, length: number, group: string | null = null): void {
    const key = group === null ? `${kind} ${name}` : `group ${group}`;
    let buffer = this.#buffers.get(key);
    if (!buffer) {
      const variable = this.names.claim(group ?? name);
      buffer = { name: variable, kind, contents: [], length: 0, isUsed: false, isWritten: false };
      this.#buffers.set(key, buffer);
    }
    const contents = { name, from: buffer.length, length };
    buffer.contents.push(contents);
    buffer.length += length;
    this.#locations.set(`${kind} ${name}`, { buffer, contents });
  }

  /** Adds a buffer of single numbers, addressed by position. */
  numbers(kind: "scalars" | "totals", names: readonly string[]): void {
    for (const name of names) this.#add(kind, name, 1, kind);
  }

  /** Adds a buffer of numbers without names. */
  area(kind: "partials" | "results" | "totalPartials", length: number): void {
    if (length > 0) this.#add(kind, kind, length, kind);
  }

  #use(buffer: Buffer, isWrite: boolean): string {
    buffer.isUsed = true;
    buffer.isWritten ||= isWrite;
    this.#used.add(buffer);
    return buffer.name;
  }

  #element(location: ValueLocation, index: string, isWrite: boolean): string {
    const name = nameOf(location);
    const { buffer, contents } = this.#locations.get(`${location.kind} ${name}`) as Room;
    const variable = this.#use(buffer, isWrite);
    if (buffer.contents.length === 1) return `${variable}[${index}]`;
    const from = this.uniforms.integer(`${name}From`, contents.from, `of ${name} in ${variable}`);
    return `${variable}[${from} + ${index}]`;
  }

  /** Returns an element of a location for reading. */
  read(location: ValueLocation, index: string): string {
    return this.#element(location, index, false);
  }

  /** Returns an element of a location for assignment. */
  write(location: ValueLocation, index: string): string {
    return this.#element(location, index, true);
  }

  /** Returns a number of a buffer for reading. */
  number(kind: NumberKind, index: string): string {
    return `${this.#use(this.#buffers.get(`group ${kind}`) as Buffer, false)}[${index}]`;
  }

  /** Returns a number of a buffer for assignment. */
  writeNumber(kind: NumberKind, index: string): string {
    return `${this.#use(this.#buffers.get(`group ${kind}`) as Buffer, true)}[${index}]`;
  }

  /** Returns the names of the buffers used since the last call. */
  takeUsed(): readonly string[] {
    const names = [...this.#buffers.values()].filter((buffer) => this.#used.has(buffer)).map(({ name }) => name);
    this.#used.clear();
    return names;
  }

  /**
   * Buffers that persist from step to step, the same in all modules of a rule, then the others that this module uses.
   */
  get bindings(): readonly WgslBinding[] {
    return [...this.#buffers.values()]
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
      .map(
        ({ binding, access, name }) => `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: array<f32>;\n`,
      )
      .join("");
  }
}

/** Returns a location's name among those of its kind. */
export const nameOf = (location: ValueLocation): string =>
  location.kind === "stream" ? location.name : `${location.kind}${location.index}`;
