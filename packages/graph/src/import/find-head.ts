import type { Known } from "./known.ts";
import type { OnnxNode } from "./onnx-node.ts";

/** Ops after the last layer with weights that keep one number per class. */
const AFTER_HEAD: readonly string[] = [
  ...["Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Dropout", "Slice"],
  ...["Add", "Sub", "Mul", "Div", "Relu", "Clip", "Softmax", "LogSoftmax", "Sigmoid"],
  ...["GlobalAveragePool", "AveragePool", "ReduceMean"],
];

const PROBABILITIES: readonly string[] = ["Softmax", "LogSoftmax", "Sigmoid"];
const SHAPES: readonly string[] = ["Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze"];

/** Returns the node that computes probabilities at the end of a graph; null if the output are logits. */
export function finalProbabilities(nodes: readonly OnnxNode[], output: string): OnnxNode | null {
  let node = makerOf(nodes, output);
  while (node && SHAPES.includes(node.type)) node = makerOf(nodes, node.inputs[0]);
  return node && PROBABILITIES.includes(node.type) ? node : null;
}

/** The last layer with weights of a classifier. */
export interface Head {
  readonly node: OnnxNode;
  readonly kind: "dense" | "convolution";
  /** Input of the weight. */
  readonly weight: number;
  /** Bias: a known value, or null without one. */
  readonly bias: Known | null;
}

/**
 * Finds the layer that computes the logits: a Gemm, a MatMul or a convolution with a filter for each class.
 * @param values known values by name
 * @returns null if there is none, or several paths lead to the output
 */
export function findHead(
  nodes: readonly OnnxNode[],
  output: string,
  classes: number,
  values: ReadonlyMap<string, Known>,
): Head | null {
  let bias: Known | null = null;
  let node = makerOf(nodes, output);
  while (node) {
    const weight = values.get(node.inputs[1] ?? "");
    const own = values.get(node.inputs[2] ?? "") ?? null;
    if (node.type === "Conv") {
      const isHead =
        weight?.shape[0] === classes && weight.shape.slice(2).every((size) => size === 1) && node.int("group", 1) === 1;
      return isHead ? { node, kind: "convolution", weight: 1, bias: own ?? bias } : null;
    }
    if (node.type === "Gemm" || node.type === "MatMul") {
      const out = node.type === "Gemm" && node.int("transB", 0) === 1 ? 0 : 1;
      const isHead = weight?.shape.length === 2 && weight.shape[out] === classes;
      return isHead ? { node, kind: "dense", weight: 1, bias: own ?? bias } : null;
    }
    if (!AFTER_HEAD.includes(node.type)) return null;
    const open: string[] = node.inputs.filter((name) => name !== "" && !values.has(name));
    const operand: Known | undefined = node.inputs.flatMap((name) => values.get(name) ?? [])[0];
    if (node.type === "Add" && operand?.data.length === classes) bias = operand;
    // A Reshape also reads the size of the batch.
    const next: string | undefined = SHAPES.includes(node.type)
      ? node.inputs[0]
      : open.length === 1
        ? open[0]
        : undefined;
    node = next === undefined ? undefined : makerOf(nodes, next);
  }
  return null;
}

const makerOf = (nodes: readonly OnnxNode[], name: string | undefined): OnnxNode | undefined =>
  nodes.find(({ outputs }) => name !== undefined && outputs.includes(name));
