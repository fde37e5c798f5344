import { type AttributeProto, type NodeProto, AttributeProto_AttributeType as Type } from "onnx-buf";
import { GraphError } from "../error.ts";
import type { Known } from "./known.ts";
import { readStored } from "./stored-tensor.ts";

/** A node of an ONNX graph, with typed access to its attributes. */
export class OnnxNode {
  /** Op, as `Conv`, or `domain::Op` for ops that are not of the standard. */
  readonly type: string;
  readonly name: string;
  /** Names of the inputs; an empty name stands for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Version of the standard ops in the file. */
  readonly opset: number;
  readonly #attributes: ReadonlyMap<string, AttributeProto>;

  constructor({ opType, domain, name, input, output, attribute }: NodeProto, opset: number) {
    this.type = domain === "" || domain === "ai.onnx" ? opType : `${domain}::${opType}`;
    this.name = name;
    this.inputs = input;
    this.outputs = output;
    this.opset = opset;
    this.#attributes = new Map(attribute.map((one) => [one.name, one]));
  }

  /** Names the node in a message. */
  get label(): string {
    return this.name === ""
      ? `the ${this.type} node that computes '${this.outputs[0]}'`
      : `node '${this.name}' (${this.type})`;
  }

  /** @throws GraphError that names the node */
  fail(problem: string): never {
    throw new GraphError(`${this.label}: ${problem}`);
  }

  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  int(name: string, fallback?: number): number {
    return this.#read(name, Type.INT, ({ i }) => Number(i), fallback);
  }

  float(name: string, fallback?: number): number {
    return this.#read(name, Type.FLOAT, ({ f }) => f, fallback);
  }

  text(name: string, fallback?: string): string {
    return this.#read(name, Type.STRING, ({ s }) => new TextDecoder().decode(s), fallback);
  }

  ints(name: string, fallback?: readonly number[]): readonly number[] {
    return this.#read(name, Type.INTS, ({ ints }) => ints.map(Number), fallback);
  }

  floats(name: string): readonly number[] {
    return this.#read(name, Type.FLOATS, ({ floats }) => floats);
  }

  tensor(name: string): Known {
    return this.#read(name, Type.TENSOR, (attribute) =>
      attribute.t ? readStored(attribute.t) : this.fail(`the attribute ${name} is empty.`),
    );
  }

  #read<T>(name: string, type: Type, read: (attribute: AttributeProto) => T, fallback?: T): T {
    const attribute = this.#attributes.get(name);
    if (!attribute) return fallback ?? this.fail(`the attribute ${name} is missing.`);
    // Files of the first versions leave the type out.
    if (attribute.type === type || attribute.type === Type.UNDEFINED) return read(attribute);
    return this.fail(`the attribute ${name} is of the type ${Type[attribute.type]}. Expected ${Type[type]}.`);
  }
}
