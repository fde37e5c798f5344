import { fromBinary } from "@bufbuild/protobuf";
import {
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type TypeProto_Tensor,
  type ValueInfoProto,
} from "onnx-buf";
import { GraphError } from "../error.ts";
import type { Known } from "./known.ts";
import { OnnxNode } from "./onnx-node.ts";
import { kindOfType, readStored } from "./stored-tensor.ts";

/** Input or output of an ONNX graph. */
export interface OnnxValueInfo {
  readonly name: string;
  /** Number of the element type in ONNX. */
  readonly type: number;
  /** Sizes of the axes, null for one that the file leaves open; null if the file gives no shape. */
  readonly dims: readonly (number | null)[] | null;
}

/** A parsed ONNX model. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  /** Stored tensors by name. */
  readonly stored: ReadonlyMap<string, Known>;
  /** Inputs that the file does not store. */
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly metadata: Readonly<Record<string, string>>;
}

const OLDEST_OPSET = 7;
const EXPECTED = "Expected an ONNX file of a classifier.";

/**
 * Parses the bytes of an ONNX file into the message of the format.
 * @throws GraphError for other bytes, or a part of a file
 */
export function parseModel(bytes: Uint8Array): ModelProto & { graph: GraphProto } {
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw new GraphError(`the ${bytes.length} bytes are not an ONNX model, or only a part of one. ${EXPECTED}`, {
      cause,
    });
  }
  const { graph } = model;
  // Arbitrary bytes may parse as fields unknown to ONNX.
  if (!graph?.output.length || graph.node.length === 0) {
    throw new GraphError(`the ${bytes.length} bytes are not an ONNX model. ${EXPECTED}`);
  }
  return { ...model, graph };
}

/**
 * Reads the graph of a model.
 * @throws GraphError for a model of another kind, or a damaged one
 */
export function readGraph(model: ModelProto & { graph: GraphProto }): OnnxGraph {
  const { graph } = model;
  const opset = Number(model.opsetImport.find(({ domain }) => domain === "" || domain === "ai.onnx")?.version ?? 0);
  if (opset < OLDEST_OPSET) {
    throw new GraphError(
      `the model is of opset ${opset}. Expected ${OLDEST_OPSET} or later. Export it again with a newer opset.`,
    );
  }
  if (graph.sparseInitializer.length > 0) {
    const name = graph.sparseInitializer[0]?.values?.name;
    throw new GraphError(
      `the tensor '${name}' is sparse. Expected dense weights. Export the model with dense weights.`,
    );
  }
  const local = model.functions[0];
  if (local) {
    throw new GraphError(
      `the model has the function '${local.name}' of its own. Expected standard ops. Export it again without functions, as torch.onnx.export(..., dynamo=False) does.`,
    );
  }
  const stored = new Map(graph.initializer.map((tensor) => [tensor.name, readStored(tensor)]));
  return {
    name: graph.name,
    nodes: graph.node.map((node) => new OnnxNode(node, opset)),
    stored,
    inputs: graph.input.filter(({ name }) => !stored.has(name)).map(valueInfo),
    outputs: graph.output.map(valueInfo),
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
  };
}

function valueInfo({ name, type }: ValueInfoProto): OnnxValueInfo {
  const tensor: TypeProto_Tensor | undefined = type?.value.case === "tensorType" ? type.value.value : undefined;
  const dims = tensor?.shape?.dim.map(({ value }) =>
    value.case === "dimValue" && value.value > 0n ? Number(value.value) : null,
  );
  return { name, type: tensor?.elemType ?? 0, dims: dims ?? null };
}

/** True for an input or output of float numbers. */
export const isFloat = ({ type }: OnnxValueInfo): boolean => kindOfType(type) === "float";
