import { TensorProto_DataType as DataType, type GraphProto, type NodeProto } from "onnx-buf";
import { at } from "../../core/shape.ts";
import { floatsOf, intOf, type OnnxValues, valuesOfGraph } from "./onnx-values.ts";

/** Values that share one scale. */
export interface QuantizedGroup {
  readonly values: string[];
  /** Value whose range decides the scale. */
  measured: string;
  /** True if negative numbers become 0, which replaces the ReLU at the end of the group. */
  isPositive: boolean;
}

/** A convolution or dense layer with constant weights. */
export interface QuantizedLayer {
  readonly node: NodeProto;
  /** Axis of the filters in the weight. */
  readonly axis: number;
}

/** Values and layers of a graph that are computed with whole numbers. */
export interface QuantizationPlan {
  readonly layers: ReadonlyMap<NodeProto, QuantizedLayer>;
  readonly groupOf: ReadonlyMap<string, QuantizedGroup>;
  /** Activations that the quantization itself computes. */
  readonly absorbed: ReadonlySet<NodeProto>;
}

/** Ops whose results are elements of their input. */
const MOVES = new Set(["MaxPool", "Reshape", "Transpose", "Flatten", "Identity", "Squeeze", "Unsqueeze"]);
/** Ops that ONNX Runtime computes with whole numbers if all inputs and the output are quantized. */
const COMBINES = new Set(["Add", "Concat", "AveragePool", "GlobalAveragePool"]);

/** Chooses the layers and values of a graph to quantize. */
export function planQuantization(graph: GraphProto): QuantizationPlan {
  const values = valuesOfGraph(graph);
  const layers = new Map(graph.node.flatMap((node) => layerOf(node, values) ?? []).map((layer) => [layer.node, layer]));
  const feeding = valuesBefore(graph, layers);
  const groupOf = new Map<string, QuantizedGroup>();
  const absorbed = new Set<NodeProto>();
  const add = (value: string): void => {
    if (!groupOf.has(value)) groupOf.set(value, { values: [value], measured: value, isPositive: false });
  };
  const join = (value: string, group: QuantizedGroup): void => {
    group.values.push(value);
    groupOf.set(value, group);
  };
  const inputsOfLayers = new Set([...layers.keys()].map(({ input }) => at(input, 0)));
  for (const node of graph.node) {
    const [output, source] = [at(node.output, 0), groupOf.get(node.input[0] ?? "")];
    const isNeeded = feeding.has(output);
    if (layers.has(node)) {
      // The last dense layer returns float32 numbers.
      if (node.opType === "Conv" || isNeeded) add(output);
    } else if (source && MOVES.has(node.opType) && isNeeded) join(output, source);
    else if (source && isPositivePart(node, values) && canAbsorb(node, groupOf, values)) {
      join(output, source);
      source.measured = output;
      source.isPositive = true;
      absorbed.add(node);
    } else if (COMBINES.has(node.opType) && isNeeded && node.input.every((name) => groupOf.has(name))) add(output);
    if (inputsOfLayers.has(output)) add(output);
  }
  for (const { name } of graph.input) if (inputsOfLayers.has(name)) add(name);
  return { layers, groupOf, absorbed };
}

/** Returns a node as a layer; null for another node, or a layer whose weights are not constant. */
function layerOf(node: NodeProto, { constants }: OnnxValues): QuantizedLayer | null {
  const [x = "", weight = "", bias] = node.input;
  const weights = constants.get(weight);
  if (constants.has(x) || weights?.dataType !== DataType.FLOAT) return null;
  if (bias && !constants.has(bias)) return null;
  if (node.opType === "Conv") return { node, axis: 0 };
  if (weights.dims.length !== 2) return null;
  if (node.opType === "MatMul") return { node, axis: 1 };
  const factors = node.attribute.filter(({ name }) => name === "alpha" || name === "beta");
  if (node.opType !== "Gemm" || intOf(node, "transA", 0) === 1 || factors.some(({ f }) => f !== 1)) return null;
  return { node, axis: intOf(node, "transB", 0) === 1 ? 0 : 1 };
}

/** Returns the values that a layer depends on. */
function valuesBefore(graph: GraphProto, layers: ReadonlyMap<NodeProto, unknown>): ReadonlySet<string> {
  const before = new Set<string>();
  for (const node of [...graph.node].reverse()) {
    if (!layers.has(node) && !node.output.some((name) => before.has(name))) continue;
    for (const name of layers.has(node) ? node.input.slice(0, 1) : node.input) before.add(name);
  }
  return before;
}

/** True for a ReLU, and a Clip from 0. */
function isPositivePart({ opType, input }: NodeProto, { constants }: OnnxValues): boolean {
  if (opType === "Relu") return true;
  const lowest = constants.get(input[1] ?? "");
  return opType === "Clip" && lowest !== undefined && floatsOf(lowest)?.[0] === 0;
}

/**
 * True if nothing else reads the values between the layer and the activation, so that they may lose their negative
 * numbers.
 */
function canAbsorb(
  node: NodeProto,
  groupOf: ReadonlyMap<string, QuantizedGroup>,
  { producer, readers, outputs }: OnnxValues,
): boolean {
  if (outputs.has(at(node.output, 0))) return false;
  const group = groupOf.get(at(node.input, 0));
  if (group?.isPositive) return true;
  for (let value = at(node.input, 0); ; ) {
    if ((readers.get(value)?.length ?? 0) > 1 || outputs.has(value)) return false;
    const before = producer.get(value);
    const source = before && MOVES.has(before.opType) ? at(before.input, 0) : undefined;
    if (source === undefined || groupOf.get(source) !== group) return true;
    value = source;
  }
}
