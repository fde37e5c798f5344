import { type Expression, reachable } from "../../rule/expression.ts";
import { formula } from "./formula.ts";
import { Identifiers } from "./identifiers.ts";

/** One member of the uniform block `u`. */
export interface WgslUniform {
  readonly name: string;
  readonly type: "f32" | "u32";
  /** In bytes, from the start of the block. */
  readonly offset: number;
  /** What it holds, for people: the formula of a number of the host, or what is counted. */
  readonly meaning: string;
}

/** Whole numbers that the caller chooses for each step and tensor. */
export type Chosen = "key" | "totalFrom" | "totalCount";

const MEANING: Readonly<Record<Chosen, string>> = {
  key: "the tensor's random key in this step",
  totalFrom: "where this tensor's part of a total begins in totalPartials",
  totalCount: "parts of each total, of all tensors",
};

interface Member extends WgslUniform {
  /** A number computed on the host, one fixed for the tensor, or one that is chosen. */
  readonly source: Expression | number | Chosen;
}

/** The numbers that the host gives to the shader: those that kernels ask for while they are written. */
export class Uniforms {
  readonly #members: Member[] = [];
  readonly #names = new Identifiers();
  readonly #texts = new Map<unknown, string>();
  /** Whether a member was asked for since this was last set to false. */
  isUsed = false;

  #member(key: unknown, wanted: string, type: Member["type"], source: Member["source"], meaning: string): string {
    this.isUsed = true;
    let text = this.#texts.get(key);
    if (text === undefined) {
      const name = this.#names.claim(wanted);
      this.#members.push({ name, type, offset: 4 * this.#members.length, meaning, source });
      text = `u.${name}`;
      this.#texts.set(key, text);
    }
    return text;
  }

  /** A number that is known on the host, as float32. */
  number(e: Expression): string {
    const isNamed = e.kind === "scalar" || e.kind === "read";
    return this.#member(e, isNamed ? e.name : `c${this.#members.length}`, "f32", e, formula(e));
  }

  /** A whole number that is fixed for the tensor. */
  integer(name: string, value: number, meaning: string): string {
    return this.#member(name, name, "u32", value, meaning);
  }

  chosen(name: Chosen): string {
    return this.#member(name, name, "u32", name, MEANING[name]);
  }

  get members(): readonly WgslUniform[] {
    return this.#members.map(({ source: _, ...member }) => member);
  }

  /** A multiple of 16, as a block must be; 0 without members. */
  get bytes(): number {
    return Math.ceil(this.#members.length / 4) * 16;
  }

  /** The host expressions to evaluate for a step, operands first. */
  get expressions(): readonly Expression[] {
    return reachable(this.#members.flatMap(({ source }) => (typeof source === "object" ? [source] : [])));
  }

  /** The block's bytes for one step of one tensor. */
  write(value: (e: Expression) => number, chosen: Readonly<Record<Chosen, number>>): ArrayBuffer {
    const view = new DataView(new ArrayBuffer(this.bytes));
    for (const { offset, type, source } of this.#members) {
      const number = typeof source === "object" ? value(source) : typeof source === "string" ? chosen[source] : source;
      if (type === "f32") view.setFloat32(offset, number, true);
      else view.setUint32(offset, number, true);
    }
    return view.buffer;
  }

  /** The declaration of the block. */
  declaration(): string {
    if (this.#members.length === 0) return "";
    const lines = this.#members.map(
      ({ name, type, meaning }) => `  ${name}: ${type},${meaning === name ? "" : ` // ${meaning}`}`,
    );
    return `struct Uniforms {\n${lines.join("\n")}\n}\n@group(0) @binding(0) var<uniform> u: Uniforms;\n`;
  }
}
