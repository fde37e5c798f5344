import { create, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import type { Shape } from "../core/shape.ts";
import type { DType, Values } from "../core/values.ts";

/** Of the standard ops: the newest that every runtime in use reads. */
export const OPSET = 18;

/** Whole numbers and lists of them, `{ float }` and `{ floats }`, or text. */
export type OnnxAttribute =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly floats: readonly number[] };

interface OnnxValue {
  readonly name: string;
  /** Null for any shape. */
  readonly shape: Shape | null;
  readonly dtype: DType;
}

/** An output of a model, and the value that it is. */
export interface OnnxOutput extends OnnxValue {
  readonly value: string;
}

/** Collects the nodes of an ONNX model. */
export class OnnxBuilder {
  readonly #nodes: NodeProto[] = [];
  readonly #known = new Map<string, string[]>();
  readonly #constants = new Map<string, TensorProto>();
  readonly #inputs: ValueInfoProto[] = [];
  #count = 0;

  /** Adds an input; returns its name. Without a shape, it may have any. */
  input(name: string, shape: Shape | null, dtype: DType): string {
    this.#inputs.push(valueInfo({ name, shape, dtype }));
    return name;
  }

  /** Adds a node with one output; returns its name. An op of another domain is written `domain::Op`. */
  node(type: string, inputs: readonly string[], attributes: Readonly<Record<string, OnnxAttribute>> = {}): string {
    return this.nodes(type, inputs, attributes, 1)[0] as string;
  }

  /** Adds a node with several outputs; returns their names. The same of the same is computed once. */
  nodes(
    type: string,
    input: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>>,
    count: number,
  ): string[] {
    const key = `${type} ${input.join()} ${JSON.stringify(attributes)}`;
    const known = this.#known.get(key);
    if (known) return known;
    const [opType, domain = ""] = type.split("::").reverse() as [string, string?];
    const output = Array.from({ length: count }, () => this.#name());
    const attribute = Object.entries(attributes).map(([name, value]) => attributeProto(name, value));
    this.#nodes.push(create(NodeProtoSchema, { opType, domain, input: [...input], output, attribute }));
    this.#known.set(key, output);
    return output;
  }

  /** The name of a constant; equal ones are stored once. */
  constant(data: Values, shape: Shape): string {
    return this.#constant(
      data instanceof Float32Array ? "float32" : data instanceof Int32Array ? "int32" : "uint8",
      data,
      shape,
    );
  }

  /** Adds numbers that keep a name of their own; returns it. */
  initializer(name: string, data: Float32Array, shape: Shape): string {
    this.#constants.set(`named ${name}`, initializer(name, "float32", data, shape));
    return name;
  }

  /** The name of one float32 number. */
  float(value: number): string {
    return this.constant(Float32Array.of(value), []);
  }

  /** The name of a list of int64 numbers, as shapes and axes are. */
  ints(values: readonly number[]): string {
    return this.#constant("int64", BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** The bytes of the model. */
  encode(outputs: readonly OnnxOutput[], metadata: Readonly<Record<string, string>> = {}): Uint8Array {
    const nodes = this.#naming(outputs);
    const domains = new Set(this.#nodes.map(({ domain }) => domain).filter((domain) => domain !== ""));
    const model = create(ModelProtoSchema, {
      irVersion: 9n,
      producerName: "downhill",
      opsetImport: [{ domain: "", version: BigInt(OPSET) }, ...[...domains].map((domain) => ({ domain, version: 1n }))],
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      graph: {
        name: "downhill",
        node: nodes,
        initializer: [...this.#constants.values()],
        input: this.#inputs,
        output: outputs.map(valueInfo),
      },
    });
    return toBinary(ModelProtoSchema, model);
  }

  /** The nodes, with outputs under their names: the node that makes one writes to it, where nothing else has to. */
  #naming(outputs: readonly OnnxOutput[]): NodeProto[] {
    const made = new Set(this.#nodes.flatMap(({ output }) => output));
    const names = new Map<string, string>();
    const copies: NodeProto[] = [];
    for (const { name, value } of outputs) {
      if (made.has(value) && !names.has(value)) names.set(value, name);
      else copies.push(create(NodeProtoSchema, { opType: "Identity", input: [value], output: [name] }));
    }
    const named = (value: string): string => names.get(value) ?? value;
    return [...this.#nodes, ...copies].map((node) => ({
      ...node,
      input: node.input.map(named),
      output: node.output.map(named),
    }));
  }

  #constant(dtype: DType | "int64", data: Values | BigInt64Array, shape: Shape): string {
    const key = `${dtype} ${shape} ${data.length <= 64 ? data.join() : this.#count++}`;
    const known = this.#constants.get(key);
    if (known) return known.name;
    const name = this.#name();
    this.#constants.set(key, initializer(name, dtype, data, shape));
    return name;
  }

  /** No input of a user can have such a name. */
  #name(): string {
    return `#${this.#count++}`;
  }
}

const DATA_TYPES = {
  float32: DataType.FLOAT,
  int32: DataType.INT32,
  int64: DataType.INT64,
  uint8: DataType.UINT8,
  bool: DataType.BOOL,
} as const;

/** The number of a type in ONNX, as Cast takes it. */
export const dataType = (dtype: DType): number => DATA_TYPES[dtype];

function initializer(name: string, dtype: DType | "int64", data: Values | BigInt64Array, shape: Shape): TensorProto {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  return create(TensorProtoSchema, { name, dims: shape.map(BigInt), dataType: DATA_TYPES[dtype], rawData });
}

function valueInfo({ name, shape, dtype }: OnnxValue): ValueInfoProto {
  const dim = shape?.map((size) => ({ value: { case: "dimValue" as const, value: BigInt(size) } }));
  const tensorType = { elemType: DATA_TYPES[dtype], ...(dim && { shape: { dim } }) };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: "tensorType", value: tensorType } } });
}

function attributeProto(name: string, value: OnnxAttribute): AttributeProto {
  return create(AttributeProtoSchema, { name, ...attributeValue(value) });
}

function attributeValue(value: OnnxAttribute) {
  if (typeof value === "number") return { type: AttributeType.INT, i: BigInt(value) };
  if (typeof value === "string") return { type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if ("float" in value) return { type: AttributeType.FLOAT, f: value.float };
  if ("floats" in value) return { type: AttributeType.FLOATS, floats: [...value.floats] };
  return { type: AttributeType.INTS, ints: value.map(BigInt) };
}
