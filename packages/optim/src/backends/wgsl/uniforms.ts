import type { Expression } from "../../rule/expression.ts";
import { formula } from "./formula.ts";
import { Identifiers } from "./identifiers.ts";

/** One member of the uniform block `u`. */
export interface WgslUniform {
  readonly name: string;
  readonly type: "f32" | "u32";
  /** Offset in bytes from the start of the block. */
  readonly offset: number;
  /** Meaning for readers: the formula of a host number, or the thing that is counted. */
  readonly meaning: string;
}

/** Whole numbers that the caller passes for each step and tensor. */
export type Chosen = "key" | "totalFrom" | "totalCount";

const MEANING: Readonly<Record<Chosen, string>> = {
  key: "the tensor's random key in this step",
  totalFrom: "where this tensor's part of a total begins in totalPartials",
  totalCount: "parts of each total, of all tensors",
};

interface Member {
  readonly name: string;
  readonly type: WgslUniform["type"];
  readonly meaning: string;
  /** A number computed on the host, one fixed for the tensor, or one that the caller passes. */
  readonly source: Expression | number | Chosen;
}

/** Numbers that the host passes to the shader; kernels add them while they are written. */
export class Uniforms {
  readonly #integers: Member[] = [];
  readonly #numbers: Member[] = [];
  readonly #names = new Identifiers();
  readonly #texts = new Map<unknown, string>();
  /** True if a member was used since this was last set to false. */
  isUsed = false;

  #member(key: unknown, wanted: string, source: Member["source"], meaning: string): string {
    this.isUsed = true;
    let text = this.#texts.get(key);
    if (text === undefined) {
      const name = this.#names.claim(wanted);
      if (typeof source === "object") this.#numbers.push({ name, type: "f32", meaning, source });
      else this.#integers.push({ name, type: "u32", meaning, source });
      text = `u.${name}`;
      this.#texts.set(key, text);
    }
    return text;
  }

  /** Returns a number of the host, as float32. */
  number(e: Expression): string {
    const isNamed = e.kind === "scalar" || e.kind === "read";
    return this.#member(e, isNamed ? e.name : `c${this.#numbers.length}`, e, formula(e));
  }

  /** Returns a whole number that is fixed for the tensor. */
  integer(name: string, value: number, meaning: string): string {
    return this.#member(name, name, value, meaning);
  }

  chosen(name: Chosen): string {
    return this.#member(name, name, name, MEANING[name]);
  }

  get #members(): readonly Member[] {
    return [...this.#integers, ...this.#numbers];
  }

  get members(): readonly WgslUniform[] {
    return this.#members.map(({ source: _, ...member }, index) => ({ ...member, offset: 4 * index }));
  }

  /** Size of the block: a multiple of 16 bytes, as WebGPU requires; 0 without members. */
  get bytes(): number {
    return Math.ceil(this.#members.length / 4) * 16;
  }

  /** Host expressions to evaluate for a step. */
  get expressions(): readonly Expression[] {
    return this.#numbers.map(({ source }) => source as Expression);
  }

  /** Returns the bytes of the block for one step of one tensor. */
  write(value: (e: Expression) => number, chosen: Readonly<Record<Chosen, number>>): ArrayBuffer {
    const view = new DataView(new ArrayBuffer(this.bytes));
    for (const [index, { source }] of this.#members.entries()) {
      if (typeof source === "object") view.setFloat32(4 * index, value(source), true);
      else view.setUint32(4 * index, typeof source === "string" ? chosen[source] : source, true);
    }
    return view.buffer;
  }

  /** Returns the declaration of the block. */
  declaration(): string {
    if (this.#members.length === 0) return "";
    const lines = this.#members.map(
      ({ name, type, meaning }) => `  ${name}: ${type},${meaning === name ? "" : ` // ${meaning}`}`,
    );
    return `struct Uniforms {\n${lines.join("\n")}\n}\n\n@group(0) @binding(0) var<uniform> u: Uniforms;\n`;
  }
}
