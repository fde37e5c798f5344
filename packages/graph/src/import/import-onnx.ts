import type { ImageShape, Normalization } from "@downhill/optim/image";
import { kindOf } from "@downhill/optim/kind-of";
import { input } from "../core/input.ts";
import { type Shape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import { defineModel, type Model } from "../model/model.ts";
import { Scope } from "../model/scope.ts";
import { concat } from "../ops/concat.ts";
import { reshape } from "../ops/reshape.ts";
import { transpose } from "../ops/transpose.ts";
import type { Pass } from "./context.ts";
import { within } from "./errors.ts";
import { evaluate, foldConstants, nodesOf, tensorOf } from "./evaluate.ts";
import { finalProbabilities, findHead, type Head } from "./find-head.ts";
import { type FileImages, imagesOf, outputOf } from "./images-of-file.ts";
import type { Known, Value } from "./known.ts";
import { headParameters, newHead } from "./new-head.ts";
import type { OnnxNode } from "./onnx-node.ts";
import { ParameterNames } from "./parameter-names.ts";
import { parseModel, readGraph } from "./parse-onnx.ts";
import { pixelPrefix } from "./pixel-prefix.ts";

export interface ImportOptions {
  /** Number of classes. If it differs from that of the file, a new last layer replaces the old one. Default: that of the file. */
  readonly classes?: number;
  /** True to replace the last layer even if the number of classes is that of the file. Default false. */
  readonly newHead?: boolean;
  /**
   * Shape of the images. Default: that of the file, with a height and width of 224 where the file leaves them open. Another
   * size than that of the file works for convolutional networks with global pooling. With one channel, gray images, the file
   * may take several, which are then equal.
   */
  readonly imageShape?: ImageShape;
  /** Name of the output with the logits. Default: the only output of the shape [batch, classes]. */
  readonly output?: string;
  /** Name of the model. Default: that of the graph in the file, or `"onnx"` for one that the exporter gives every graph. */
  readonly name?: string;
  /** Start of messages, such as the path of the file. Default `"importOnnx"`. */
  readonly place?: string;
}

/** A model that was read from an ONNX file. */
export interface ImportedModel {
  /** The model. Its initial values are the weights of the file, for every seed; only a new head is random. */
  readonly model: Model<"output">;
  /** Normalization of pixels from 0 to 1 that the file does before its first layer, and the model leaves out; null for none. */
  readonly normalization: Normalization | null;
  /** Names of the classes in files of `exportOnnx`; null in others, or with a new head. */
  readonly classNames: readonly string[] | null;
  /** Names of the parameters of a new head; empty if the head is that of the file. */
  readonly newParameters: readonly string[];
  /** Changes that were made to the graph, as sentences. */
  readonly notes: readonly string[];
}

/**
 * Reads a classifier from the bytes of an ONNX file, as a model that can be trained. Weights keep their names, which are
 * derived from those of the nodes where the file numbers them. A final softmax is left out, because losses take logits;
 * dropout and batch norm work in training as in PyTorch.
 * @param bytes a file of opset 7 or later: images [batch, channels, height, width] or [batch, height, width, channels] to
 * logits or probabilities [batch, classes]. See `readOnnx`
 * @throws GraphError for other bytes, and with the name of the node for an op that is not supported
 * @example
 * const { model } = importOnnx(await readOnnx("resnet18.onnx"), { classes: 10 });
 * const network = createNetwork(model);
 */
export function importOnnx(bytes: Uint8Array, options: ImportOptions = {}): ImportedModel {
  const { place = "importOnnx" } = options;
  if (!(bytes instanceof Uint8Array)) {
    throw new GraphError(`${place}: the file is ${kindOf(bytes)}. Expected a Uint8Array, such as readOnnx returns.`);
  }
  return within(place, () => build(bytes, options, place));
}

function build(bytes: Uint8Array, options: ImportOptions, place: string): ImportedModel {
  const graph = readGraph(parseModel(bytes));
  const images = imagesOf(graph, options.imageShape);
  const output = outputOf(graph, options.output);
  const names = new ParameterNames();
  const values = new Map<string, Known>(graph.stored);
  const start: Pass = { scope: new Scope(false), batchSize: Number.NaN, names, skipped: null, fixed: null };
  const open = foldConstants(nodesOf(graph, output, new Set([images.name])), values, new Set([images.name]), start);
  const prefix = pixelPrefix(open, values, images);
  const ends = new Set(prefix.images.keys());
  const nodes = nodesOf({ ...graph, nodes: open }, output, ends);
  const skipped = finalProbabilities(nodes, output);
  const used = new Set(nodes.flatMap((node) => node.inputs));
  const known = new Map([...values].filter(([name]) => used.has(name)));

  /** Computes some nodes on images [batch, channels, height, width]. */
  const run = (
    scope: Scope,
    pixels: Tensor,
    chosen: readonly OnnxNode[],
    fixed: Pass["fixed"],
    onNode?: Parameters<typeof evaluate>[3],
  ): Map<string, Value> => {
    const found = new Map<string, Value>(known);
    const copies = images.channels / images.shape[0];
    const planes = copies === 1 ? pixels : concat(new Array<Tensor>(copies).fill(pixels), 1);
    for (const [name, layout] of prefix.images) {
      found.set(name, layout === "NHWC" ? transpose(planes, [0, 2, 3, 1]) : planes);
    }
    const pass: Pass = { scope, batchSize: pixels.shape[0] as number, names, skipped, fixed };
    evaluate(chosen, found, pass, onNode);
    return found;
  };
  const reshapes = new Map<string, { from: Shape; to: Shape }>();
  const reference = input("images", [images.batchSize ?? OPEN_BATCH, ...images.shape]);
  const first = run(new Scope(false), reference, nodes, null, (node, from, to) => {
    if (node.type === "Reshape") reshapes.set(node.outputs[0] as string, { from, to });
  });
  const own = classesOf(output, first, reference);
  const { classes = own, newHead: isNew = false } = options;
  const head = classes === own && !isNew ? null : (findHead(nodes, output, own, known) ?? failHead(own, classes));
  const body = head ? nodesOf({ ...graph, nodes }, head.node.inputs[0] as string, ends) : nodes;

  const forward = (scope: Scope, pixels: Tensor): Tensor =>
    within(place, () => {
      const fixed = images.batchSize === null || images.batchSize === pixels.shape[0] ? null : reshapes;
      const found = run(scope, pixels, body, fixed);
      if (head) return newHead(scope, tensorOf(found, head.node.inputs[0] as string), head, known, names, classes);
      return reshape(tensorOf(found, output), [pixels.shape[0] as number, classes]);
    });
  const { name = GENERIC.test(graph.name) ? "onnx" : graph.name } = options;
  const model = defineModel(name, images.shape, classes, forward);
  // A file that suits one batch size only is rejected here, not at the first training step.
  if (images.batchSize !== null) model.apply(input("images", [images.batchSize + 1, ...images.shape]));
  return {
    model,
    normalization: prefix.normalization,
    classNames: head ? null : classNamesOf(graph.metadata, classes),
    newParameters: head ? headParameters(head, known, names) : [],
    notes: notesOf(images, skipped, head, own, classes),
  };
}

/** Names that exporters give every graph. */
const GENERIC = /^(|torch[-_]jit.*|main_graph|tf2onnx|graph)$/i;

/** Batch size of the first pass where the file leaves it open: not 1, so that it differs from other sizes. */
const OPEN_BATCH = 2;

/** Returns the number of classes. @throws GraphError if the output is not one row of numbers per image */
function classesOf(output: string, values: ReadonlyMap<string, Value>, { shape: [batch] }: Tensor): number {
  const { shape, dtype } = tensorOf(values, output);
  const [rows, classes, ...rest] = shape;
  if (dtype === "float32" && rows === batch && classes !== undefined && rest.every((size) => size === 1))
    return classes;
  throw new GraphError(`the output '${output}' is ${dtype} ${showShape(shape)}. Expected float32 [${batch}, classes].`);
}

function failHead(own: number, classes: number): never {
  throw new GraphError(
    `the last layer, of ${own} classes, cannot be replaced by one of ${classes}: no Gemm, MatMul or 1x1 convolution alone leads to the output. Train on data of ${own} classes.`,
  );
}

function classNamesOf({ classes: text }: Readonly<Record<string, string>>, count: number): readonly string[] | null {
  if (text === undefined) return null;
  try {
    const names: unknown = JSON.parse(text);
    const isList = Array.isArray(names) && names.length === count && names.every((name) => typeof name === "string");
    return isList ? names : null;
  } catch {
    return null;
  }
}

function notesOf(
  images: FileImages,
  skipped: OnnxNode | null,
  head: Head | null,
  own: number,
  classes: number,
): readonly string[] {
  const [, height, width] = images.shape;
  return [
    ...(skipped ? [`The final ${skipped.type} is left out, because the loss takes logits.`] : []),
    ...(head ? [`The last layer, of ${own} classes, is replaced by a new one of ${classes}.`] : []),
    ...(images.isOpen ? [`The images have ${height} x ${width} pixels.`] : []),
  ];
}
