import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { TensorProto_DataType as DataType, ModelProtoSchema } from "onnx-buf";
import { toFloat16 } from "./float16.ts";
import { constantOf, floatsOf, nodeOf } from "./onnx-values.ts";

/** Largest number of float16. */
const LARGEST = 65504;

/**
 * Stores the weights of an ONNX file as float16 numbers, and returns the bytes of the new file, about half as large. It
 * computes with float32 numbers, since ONNX Runtime's CPU build lacks most ops for float16. Weights beyond 65504 stay
 * float32, as do vectors, such as biases.
 */
export function halveOnnx(file: Uint8Array): Uint8Array {
  const model = fromBinary(ModelProtoSchema, file);
  const { graph } = model;
  if (!graph) return file;
  graph.initializer = graph.initializer.map((tensor) => {
    const numbers = tensor.dims.length > 1 ? floatsOf(tensor) : null;
    if (!numbers?.every((number) => Math.abs(number) <= LARGEST)) return tensor;
    const { name } = tensor;
    graph.node.unshift(nodeOf("Cast", [`${name}/float16`], name, { to: DataType.FLOAT }));
    return constantOf(`${name}/float16`, toFloat16(numbers), tensor.dims);
  });
  return toBinary(ModelProtoSchema, model);
}
