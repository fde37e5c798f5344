import { create } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType,
  TensorProto_DataType as DataType,
  type GraphProto,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from "onnx-buf";

/** The values of a graph by name: their producers, their readers, and the constants. */
export interface OnnxValues {
  readonly producer: ReadonlyMap<string, NodeProto>;
  readonly readers: ReadonlyMap<string, readonly NodeProto[]>;
  readonly constants: ReadonlyMap<string, TensorProto>;
  readonly outputs: ReadonlySet<string>;
}

/** Indexes the values of a graph. */
export function valuesOfGraph({ node: nodes, initializer, output }: GraphProto): OnnxValues {
  const readers = new Map<string, NodeProto[]>();
  for (const node of nodes) {
    for (const name of node.input) readers.set(name, [...(readers.get(name) ?? []), node]);
  }
  return {
    producer: new Map(nodes.flatMap((node) => node.output.map((name) => [name, node] as const))),
    readers,
    constants: new Map(initializer.map((tensor) => [tensor.name, tensor])),
    outputs: new Set(output.map(({ name }) => name)),
  };
}

/** Returns the numbers of a float32 constant; null for another type. */
export function floatsOf({ dataType, rawData, floatData }: TensorProto): Float32Array | null {
  if (dataType !== DataType.FLOAT) return null;
  if (rawData.byteLength === 0) return Float32Array.from(floatData);
  return new Float32Array(rawData.slice().buffer);
}

/** Returns a whole-number attribute of a node. */
export const intOf = (node: NodeProto, name: string, fallback: number): number => {
  const found = node.attribute.find((attribute) => attribute.name === name);
  return found ? Number(found.i) : fallback;
};

const TYPES = [
  [Float32Array, DataType.FLOAT],
  [Int32Array, DataType.INT32],
  [Int8Array, DataType.INT8],
  [Uint8Array, DataType.UINT8],
  [Uint16Array, DataType.FLOAT16],
] as const;

type Numbers = Float32Array | Int32Array | Int8Array | Uint8Array | Uint16Array;

/** Returns a constant. The type of the array is that of its elements; a Uint16Array has the bits of float16 numbers. */
export function constantOf(name: string, data: Numbers, dims: readonly (number | bigint)[]): TensorProto {
  const dataType = TYPES.find(([type]) => data instanceof type)?.[1] ?? DataType.UNDEFINED;
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  return create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType, rawData });
}

/** Returns a node with one output and whole-number attributes. */
export const nodeOf = (
  opType: string,
  input: readonly string[],
  output: string,
  attributes: Readonly<Record<string, number>> = {},
): NodeProto =>
  create(NodeProtoSchema, {
    opType,
    input: [...input],
    output: [output],
    attribute: Object.entries(attributes).map(([name, i]) => ({
      name,
      i: BigInt(i),
      type: AttributeProto_AttributeType.INT,
    })),
  });
