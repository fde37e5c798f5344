import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { expect, test } from "vitest";
import { gradients, input, lower, ops, type Tensor } from "../src/index.ts";

const of = (...shape: number[]): Tensor => input(`x${shape}`, shape);

/** Sorted ONNX ops that tensors are lowered to. */
function written(tensors: readonly Tensor[]): string[] {
  const { bytes } = lower(Object.fromEntries(tensors.map((tensor, i) => [`y${i}`, tensor])));
  const nodes = fromBinary(ModelProtoSchema, bytes).graph?.node ?? [];
  return nodes
    .map(({ opType }) => opType)
    .filter((type) => type !== "Identity")
    .sort();
}

const [x, weight, bias, features, cotangent] = [of(8, 6), of(4, 6), of(4), of(2, 4, 4), of(8, 4)];
const labels = input("labels", [8], "int32");

/** Gradients of a tensor of 32 elements by other tensors, with an input as cotangent. */
const grads = (y: Tensor, by: readonly Tensor[]): Tensor[] =>
  gradients(ops.sum(ops.mul(ops.reshape(y, [8, 4]), cotangent)), by);

const ROWS: readonly (readonly [what: string, tensors: () => readonly Tensor[], types: readonly string[]])[] = [
  ["a dense layer", () => [ops.dense(x, weight, bias)], ["Gemm"]],
  [
    "the gradients of a dense layer",
    () => grads(ops.dense(x, weight, bias), [x, weight, bias]),
    ["Gemm", "Gemm", "ReduceSum"],
  ],
  ["a product with a transpose", () => [ops.matmul(x, ops.transpose(weight))], ["Gemm"]],
  [
    "the gradients of a product with a transpose",
    () => grads(ops.matmul(x, ops.transpose(weight)), [x, weight]),
    ["Gemm", "Gemm"],
  ],
  ["the gradient of relu", () => grads(ops.relu(features), [features]), ["HardSigmoid", "Mul", "Relu", "Reshape"]],
  [
    "silu with its gradient: one sigmoid",
    () => [ops.silu(cotangent), ...grads(ops.silu(cotangent), [cotangent])],
    ["Add", "Add", "Mul", "Mul", "Mul", "Sigmoid", "Sub"],
  ],
  [
    "cross entropy with its gradient, without an ignored label",
    () => {
      const loss = ops.crossEntropy(cotangent, labels, { ignoreIndex: null });
      return [loss, ...gradients(loss, [cotangent])];
    },
    [
      ...["Cast", "Equal", "Exp", "Log", "Mul", "ReduceMax", "ReduceMax", "ReduceMean", "ReduceSum", "Reshape"],
      ...["Softmax", "Sub", "Sub", "Sub", "Where"],
    ],
  ],
];

test.each(ROWS)("%s", (_, tensors, types) => expect(written(tensors())).toEqual(types));
