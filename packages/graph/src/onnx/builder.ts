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
import { at, type Shape } from "../core/shape.ts";
import type { DType, Values } from "../core/values.ts";

/** Version of the standard ops: the newest that all common runtimes read. */
export const OPSET = 18;

/** Attribute of a node: a whole number, a list of whole numbers, a string, `{ float }` or `{ floats }`. */
export type OnnxAttribute =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly floats: readonly number[] };

interface OnnxValue {
  readonly name: string;
  /** Null if the shape is not fixed. */
  readonly shape: Shape | null;
  readonly dtype: DType;
}

/** Output of a model. */
export interface OnnxOutput extends OnnxValue {
  /** Name of its value in the graph. */
  readonly value: string;
}

/** Builds an ONNX model from nodes, constants and inputs. */
export class OnnxBuilder {
  /** True if the model runs on WebGPU, which requires other forms of some convolutions. */
  readonly isForWebgpu: boolean;
  readonly #nodes: NodeProto[] = [];
  readonly #known = new Map<string, string[]>();
  readonly #constants = new Map<string, TensorProto>();
  readonly #inputs: ValueInfoProto[] = [];
  #count = 0;

  constructor({ isForWebgpu = false }: { readonly isForWebgpu?: boolean } = {}) {
    this.isForWebgpu = isForWebgpu;
  }

  /** Adds an input, and returns its name. Inputs of one name are added once. A null shape accepts any shape. */
  input(name: string, shape: Shape | null, dtype: DType): string {
    if (!this.#inputs.some((known) => known.name === name)) this.#inputs.push(valueInfo({ name, shape, dtype }));
    return name;
  }

  /** Adds a node with one output, and returns the name of the output. `domain::Op` is an op of another domain. */
  node(type: string, inputs: readonly string[], attributes: Readonly<Record<string, OnnxAttribute>> = {}): string {
    return at(this.nodes(type, inputs, attributes, 1), 0);
  }

  /** Adds a node with several outputs, and returns their names. Equal nodes are added once. */
  nodes(
    type: string,
    input: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>>,
    count: number,
  ): string[] {
    const key = `${type} ${input.join()} ${JSON.stringify(attributes)}`;
    const known = this.#known.get(key);
    if (known) return known;
    const [opType = type, domain = ""] = type.split("::").reverse();
    const output = Array.from({ length: count }, () => this.#name());
    const attribute = Object.entries(attributes).map(([name, value]) => attributeProto(name, value));
    this.#nodes.push(create(NodeProtoSchema, { opType, domain, input: [...input], output, attribute }));
    this.#known.set(key, output);
    return output;
  }

  /** Adds a constant, and returns its name. Equal constants are stored once. */
  constant(data: Values, shape: Shape): string {
    return this.#constant(
      data instanceof Float32Array ? "float32" : data instanceof Int32Array ? "int32" : "uint8",
      data,
      shape,
    );
  }

  /** Adds numbers under a name of their own, and returns the name. */
  initializer(name: string, data: Float32Array, shape: Shape): string {
    this.#constants.set(`named ${name}`, initializer(name, "float32", data, shape));
    return name;
  }

  /** Adds one float32 number, and returns its name. */
  float(value: number): string {
    return this.constant(Float32Array.of(value), []);
  }

  /** Adds a list of int64 numbers, such as a shape or axes, and returns its name. */
  ints(values: readonly number[]): string {
    return this.#constant("int64", BigInt64Array.from(values, BigInt), [values.length]);
  }

  /**
   * Adds a list of int64 numbers that ONNX Runtime does not know before it runs the model, and returns its name. As the
   * shape of a Reshape, it hides the shapes of the values that follow.
   *
   * ONNX Runtime keeps freed memory for the next value of the same known shape, however late that comes. From the forward
   * pass to the backward pass, this took up to half of the memory of a training step.
   */
  hiddenInts(values: readonly number[]): string {
    const zero = this.#hiddenZero();
    return zero === null ? this.ints(values) : this.node("Add", [this.ints(values), zero]);
  }

  /** Returns the bytes of the model. */
  encode(outputs: readonly OnnxOutput[], metadata: Readonly<Record<string, string>> = {}): Uint8Array {
    const nodes = this.#withOutputNames(outputs);
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

  /** Returns the nodes with the names of the outputs. A value that is an output twice is copied. */
  #withOutputNames(outputs: readonly OnnxOutput[]): NodeProto[] {
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

  /** Adds an int64 zero that is computed from an input; null without inputs. */
  #hiddenZero(): string | null {
    const input = this.#inputs[0];
    if (!input) return null;
    const flat = this.node("Reshape", [input.name, this.ints([-1])]);
    const first = this.node("Slice", [flat, this.ints([0]), this.ints([1])]);
    const number = this.node("Cast", [first], { to: DataType.FLOAT });
    // No number is less than itself, and NaN is not either.
    return this.node("Cast", [this.node("Less", [number, number])], { to: DataType.INT64 });
  }

  #constant(dtype: DType | "int64", data: Values | BigInt64Array, shape: Shape): string {
    const key = `${dtype} ${shape} ${data.length <= 64 ? data.join() : this.#count++}`;
    const known = this.#constants.get(key);
    if (known) return known.name;
    const name = this.#name();
    this.#constants.set(key, initializer(name, dtype, data, shape));
    return name;
  }

  /** Returns a new name, with a `#` that the names of inputs do not have. */
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

/** Returns the number of an element type in ONNX, for Cast. */
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
