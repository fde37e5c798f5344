import type { Shape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import { NodeContext, type Pass } from "./context.ts";
import { canFold, foldNode, readsShape, shapeOf } from "./fold-nodes.ts";
import { isKnown, type Known, knownInts, type Value } from "./known.ts";
import type { OnnxNode } from "./onnx-node.ts";
import { HANDLERS } from "./ops/index.ts";
import type { OnnxGraph } from "./parse-onnx.ts";

/** Ops that hold graphs of their own. */
const CONTROL_FLOW: readonly string[] = ["If", "Loop", "Scan"];

/** Ops of quantized models. */
const QUANTIZED = /Quantize|QLinear|Integer$/;

/** Ops on weights that make larger ones of them: they stay in the graph, so that the weight is trained. */
const ENLARGING: readonly string[] = ["Expand", "Tile"];

/** Returns the nodes that a value depends on, in the order of the file. */
export function nodesOf({ nodes }: OnnxGraph, output: string, ends: ReadonlySet<string>): OnnxNode[] {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const needed = new Set<OnnxNode>();
  const open = [output];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const node = ends.has(name) ? undefined : makers.get(name);
    if (!node || needed.has(node)) continue;
    needed.add(node);
    open.push(...node.inputs);
  }
  return nodes.filter((node) => needed.has(node));
}

/**
 * Computes nodes that do not depend on the images once, and leaves the others.
 * @param values stored tensors; the results are added
 * @param data names of the values that are images
 */
export function foldConstants(
  nodes: readonly OnnxNode[],
  values: Map<string, Known>,
  data: ReadonlySet<string>,
  pass: Pass,
): OnnxNode[] {
  return nodes.filter((node) => {
    const isOpen = node.inputs.some((name) => name !== "" && (data.has(name) || !values.has(name)));
    if (isOpen || keepsWeight(node, values)) return true;
    const results = attempt(node, () => foldNode(contextOf(node, values, pass)));
    if (results === null) return true;
    for (const [name, value] of named(node, results)) if (isKnown(value)) values.set(name, value);
    return false;
  });
}

const keepsWeight = ({ type, inputs }: OnnxNode, values: ReadonlyMap<string, Value>): boolean => {
  const value = values.get(inputs[0] ?? "");
  return ENLARGING.includes(type) && value !== undefined && isKnown(value) && value.weight !== null;
};

/**
 * Builds the tensors of nodes.
 * @param values known values and images by name; the results are added
 * @param onNode is called after each node with its inputs' and output's shapes
 */
export function evaluate(
  nodes: readonly OnnxNode[],
  values: Map<string, Value>,
  pass: Pass,
  onNode: (node: OnnxNode, from: Shape, to: Shape) => void = () => {},
): void {
  for (const node of nodes) {
    const results = attempt(node, () => {
      const context = contextOf(node, values, pass);
      if (node === pass.skipped) return context.value(0);
      const folded = canFold(context) && !keepsWeight(node, values) ? foldAny(context) : null;
      return folded ?? handlerOf(node)(context);
    });
    for (const [name, value] of named(node, results)) values.set(name, value);
    const [input, output] = [values.get(node.inputs[0] ?? ""), values.get(node.outputs[0] ?? "")];
    if (input && output) onNode(node, input.shape, output.shape);
  }
}

/** Returns the tensor of a name. @throws GraphError if no node computes it */
export function tensorOf(values: ReadonlyMap<string, Value>, name: string): Tensor {
  const value = values.get(name);
  if (value && !isKnown(value)) return value;
  throw new GraphError(`the output '${name}' does not depend on the images. Expected logits of a classifier.`);
}

const foldAny = (context: NodeContext): Value | readonly Value[] | null => {
  if (!readsShape(context.node.type)) return foldNode(context);
  return context.node.type === "Shape"
    ? shapeOf(context)
    : knownInts([context.shape(0).reduce((product, size) => product * size, 1)], []);
};

function handlerOf(node: OnnxNode) {
  const handler = HANDLERS.get(node.type);
  if (handler) return handler;
  if (CONTROL_FLOW.includes(node.type)) {
    return node.fail(
      "control flow cannot be trained. Export the model by tracing, with fixed sizes and without conditions.",
    );
  }
  if (QUANTIZED.test(node.type)) {
    return node.fail("the model is quantized. Use the file before quantization, in float32.");
  }
  if (node.type.includes("::")) {
    return node.fail("the op is not of the ONNX standard. Export the model without the optimizations of a runtime.");
  }
  return node.fail(
    "this op is not supported. Export the model with other layers, or simplify the file, for example with onnxsim.",
  );
}

function contextOf(node: OnnxNode, values: ReadonlyMap<string, Value>, pass: Pass): NodeContext {
  const inputs = node.inputs.map((name): Value | null => {
    if (name === "") return null;
    return values.get(name) ?? node.fail(`no earlier node computes its input '${name}'. The file is damaged.`);
  });
  while (inputs.length > 0 && inputs.at(-1) === null) inputs.pop();
  return new NodeContext(node, inputs, pass);
}

/** Pairs results with the names of outputs. Outputs that the node does not compute, such as masks, have no value. */
function named(node: OnnxNode, results: Value | readonly Value[]): [string, Value][] {
  const list = Array.isArray(results) ? (results as readonly Value[]) : [results as Value];
  return list.flatMap((value, i): [string, Value][] => {
    const name = node.outputs[i] ?? "";
    return name === "" ? [] : [[name, isKnown(value) ? { ...value, name } : value]];
  });
}

/** Runs the work of a node, and names the node in errors of ops. */
function attempt<T>(node: OnnxNode, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError)
      throw new GraphError(`${node.label}: ${error.message}. The file is damaged.`, { cause: error });
    if (!(error instanceof GraphError) || error.reason.startsWith(node.label)) throw error;
    throw new GraphError(`${node.label}: ${error.reason}`, { cause: error });
  }
}
