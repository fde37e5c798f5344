import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type GraphProto, ModelProtoSchema, type NodeProto, type TensorProto } from "onnx-buf";
import { at, type Shape } from "../../core/shape.ts";
import { GraphError } from "../../error.ts";
import { calibrate, type ImageBatches, type Range } from "./calibrate.ts";
import { constantOf, floatsOf, nodeOf, valuesOfGraph } from "./onnx-values.ts";
import { planQuantization, type QuantizedLayer } from "./plan.ts";
import { quantizeWeight } from "./quantize-weight.ts";

/**
 * Quantizes the convolutions and dense layers of an exported classifier to 8 bits, and returns the bytes of the new file,
 * about a quarter as large. Weights are int8 with a scale for each filter, activations uint8 with scales that are measured
 * on images. The file is in the QDQ format: ONNX Runtime computes the layers with whole numbers.
 * @param file bytes from `exportOnnx`, which takes images as bytes
 * @param imageShape [channels, height, width]
 * @param images batches of images of the training part, [count, ...imageShape] each; called twice
 * @throws GraphError for a file without layers to quantize
 * @example const small = await quantizeOnnx(await exportOnnx(network), [3, 32, 32], () => [pixels]);
 */
export async function quantizeOnnx(file: Uint8Array, imageShape: Shape, images: ImageBatches): Promise<Uint8Array> {
  const model = fromBinary(ModelProtoSchema, file);
  const { graph } = model;
  const plan = graph && planQuantization(graph);
  if (!graph || !plan || plan.layers.size === 0) {
    throw new GraphError("quantizeOnnx: the file has no convolution or dense layer. Expected a file of exportOnnx.");
  }
  const groups = new Set(plan.groupOf.values());
  const names = [...groups].map(({ measured }) => measured);
  const positive = new Set([...groups].flatMap(({ measured, isPositive }) => (isPositive ? [measured] : [])));
  const ranges = await calibrate(model, names, positive, imageShape, images);
  const scales = new Map(
    [...plan.groupOf].map(([name, { measured }]) => [name, scaleOf(ranges.get(measured) as Range)]),
  );
  rewrite(graph, plan.layers, plan.absorbed, scales);
  return toBinary(ModelProtoSchema, model);
}

/** Scale of a value, and the whole number that stands for 0. */
interface Scale {
  readonly scale: number;
  readonly zero: number;
}

function scaleOf({ lowest, highest }: Range): Scale {
  const scale = Math.fround((highest - lowest) / 255) || 1;
  return { scale, zero: Math.min(255, Math.max(0, Math.round(-lowest / scale))) };
}

/** Inserts pairs of QuantizeLinear and DequantizeLinear around the layers of a graph. */
function rewrite(
  graph: GraphProto,
  layers: ReadonlyMap<NodeProto, QuantizedLayer>,
  absorbed: ReadonlySet<NodeProto>,
  scales: ReadonlyMap<string, Scale>,
): void {
  const { constants } = valuesOfGraph(graph);
  const nodes: NodeProto[] = [];
  const added = new Map<string, TensorProto>();
  const store = (tensor: TensorProto): string => {
    added.set(tensor.name, tensor);
    return tensor.name;
  };
  /** Names of values after the removal of absorbed activations. */
  const renamed = new Map<string, string>();
  const read = (name: string): string => {
    const value = renamed.get(name) ?? name;
    return scales.has(value) ? `${value}/dequantized` : value;
  };
  const quantize = (value: string): void => {
    const { scale, zero } = scales.get(value) as Scale;
    const by = [
      store(constantOf(`scale ${scale}`, Float32Array.of(scale), [])),
      store(constantOf(`zero ${zero}`, Uint8Array.of(zero), [])),
    ];
    nodes.push(nodeOf("QuantizeLinear", [value, ...by], `${value}/quantized`));
    nodes.push(nodeOf("DequantizeLinear", [`${value}/quantized`, ...by], `${value}/dequantized`));
  };
  const dequantized = (name: string, constants: readonly TensorProto[], axis: number): string => {
    nodes.push(nodeOf("DequantizeLinear", constants.map(store), `${name}/dequantized`, { axis }));
    return `${name}/dequantized`;
  };
  /** Adds the constants of a layer, and returns their names. */
  const constantsOf = ({ node, axis }: QuantizedLayer): string[] => {
    const [x, weightName, biasName] = node.input as [string, string, string | undefined];
    const weight = constants.get(weightName) as TensorProto;
    const bias = biasName ? floatsOf(constants.get(biasName) as TensorProto) : null;
    const { scale } = scales.get(renamed.get(x) ?? x) as Scale;
    const dims = weight.dims.map(Number);
    const { numbers, scales: filters } = quantizeWeight(floatsOf(weight) as Float32Array, dims, axis, bias, scale);
    // Layers may share a weight, but not the scale of a large bias.
    const own = `${at(node.output, 0)}/${weightName}`;
    const length = [filters.length];
    const stored = [
      constantOf(`${own}/int8`, numbers, dims),
      constantOf(`${own}/scale`, filters, length),
      // ONNX Runtime 1.30 computes a Gemm with whole numbers only if its weight has explicit zeros.
      constantOf(`${own}/zero`, new Int8Array(filters.length), length),
    ];
    const names = [dequantized(own, stored, axis)];
    if (!bias || !biasName) return names;
    const units = filters.map((filter) => filter * scale);
    const whole = Int32Array.from(bias, (value, i) => Math.round(value / (units[i] as number)));
    const ownBias = `${at(node.output, 0)}/${biasName}`;
    const storedBias = [constantOf(`${ownBias}/int32`, whole, length), constantOf(`${ownBias}/scale`, units, length)];
    return [...names, dequantized(ownBias, storedBias, 0)];
  };
  for (const { name } of graph.input) if (scales.has(name)) quantize(name);
  for (const node of graph.node) {
    if (absorbed.has(node)) {
      const source = at(node.input, 0);
      renamed.set(at(node.output, 0), renamed.get(source) ?? source);
      continue;
    }
    const layer = layers.get(node);
    const input = layer ? [read(at(node.input, 0)), ...constantsOf(layer)] : node.input.map(read);
    nodes.push({ ...node, input });
    for (const name of node.output) if (scales.has(name)) quantize(name);
  }
  const used = new Set(nodes.flatMap(({ input }) => input));
  graph.node = nodes;
  graph.initializer = [...graph.initializer, ...added.values()].filter(({ name }) => used.has(name));
}
