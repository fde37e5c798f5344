import { equals, fromBinary } from "@bufbuild/protobuf";
import {
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from "onnx-buf";
import { at } from "../core/shape.ts";
import { GraphError } from "../error.ts";

/** Name of the first axis of inputs and outputs in the file. */
export const BATCH = "batch";

/**
 * Makes a model for any batch size from the same model written for two batch sizes. Sizes that differ are batch sizes:
 * in inputs and outputs they become a named axis, and in the shape of a Reshape they become -1, the size that ONNX
 * infers.
 * @throws GraphError if the two models differ in any other way
 */
export function withDynamicBatch(name: string, one: Uint8Array, other: Uint8Array): ModelProto {
  const model = fromBinary(ModelProtoSchema, one);
  const graph = model.graph as GraphProto;
  const otherGraph = fromBinary(ModelProtoSchema, other).graph as GraphProto;
  const sameNodes =
    graph.node.length === otherGraph.node.length &&
    graph.node.every((node, i) => equals(NodeProtoSchema, node, otherGraph.node[i] as typeof node));
  if (!sameNodes || graph.initializer.length !== otherGraph.initializer.length) fail(name, "its ops");
  for (const [i, tensor] of graph.initializer.entries()) {
    const twin = otherGraph.initializer[i] as TensorProto;
    if (!equals(TensorProtoSchema, tensor, twin)) makeShapeDynamic(name, graph, tensor, twin);
  }
  const twins = [...otherGraph.input, ...otherGraph.output];
  for (const [i, info] of [...graph.input, ...graph.output].entries()) {
    const dims = twins[i]?.type?.value;
    const own = info.type?.value;
    if (own?.case !== "tensorType" || dims?.case !== "tensorType") continue;
    for (const [axis, dim] of (own.value.shape?.dim ?? []).entries()) {
      if (dim.value.value === dims.value.shape?.dim[axis]?.value.value) continue;
      dim.value = { case: "dimParam", value: BATCH };
    }
  }
  return model;
}

function makeShapeDynamic(name: string, graph: GraphProto, tensor: TensorProto, twin: TensorProto): void {
  const users = graph.node.filter(({ input }) => input.includes(tensor.name));
  const isShape = users.every(({ opType, input }) => opType === "Reshape" && input[0] !== tensor.name);
  const [sizes, others] = [sizesOf(tensor), sizesOf(twin)];
  const differing = sizes.flatMap((size, axis) => (size === others[axis] ? [] : [axis]));
  if (!isShape || tensor.name !== twin.name || sizes.length !== others.length || differing.length !== 1) {
    fail(name, users[0]?.opType ?? "a constant");
  }
  sizes[at(differing, 0)] = -1n;
  tensor.rawData = new Uint8Array(BigInt64Array.from(sizes).buffer);
}

const sizesOf = ({ rawData }: TensorProto): bigint[] =>
  rawData.byteLength % 8 === 0 ? [...new BigInt64Array(rawData.slice().buffer)] : [];

function fail(name: string, cause: string): never {
  throw new GraphError(
    `export: ${name} can only be written for one batch size, because of ${cause}. Do not expand tensors to the batch ` +
      "size; elementwise ops broadcast their operands.",
  );
}
