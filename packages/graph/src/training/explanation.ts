import type { Normalization } from "@downhill/optim/image";
import { type CompileOptions, compile } from "../compile/compile.ts";
import { checkCount } from "../core/check.ts";
import { gradients } from "../core/gradients.ts";
import { inOrder } from "../core/in-order.ts";
import { input } from "../core/input.ts";
import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import { checkNetwork } from "../model/check-network.ts";
import { type Network, parameterValues } from "../model/network.ts";
import { mean } from "../ops/mean.ts";
import { mul } from "../ops/mul.ts";
import { oneHot } from "../ops/one-hot.ts";
import { relu } from "../ops/relu.ts";
import { sum } from "../ops/sum.ts";
import { IMAGES, imagesOf } from "./batch.ts";

/** Options of {@link compileExplanation}. */
export interface ExplanationOptions extends Pick<CompileOptions, "device" | "threads" | "tune"> {
  /** Number of images of each run. */
  readonly batchSize: number;
  /** Makes the graph normalize images of bytes, 0 to 255. Without it, images are normalized numbers. Default none. */
  readonly normalization?: Normalization;
  /** False for features without maps, which take about three times as long. Default true. */
  readonly maps?: boolean;
}

/** Results of one batch. */
export interface Explained {
  /** [batch, classes]. */
  readonly logits: Float32Array;
  /** Inputs of the last layer, [batch, features]. */
  readonly features: Float32Array;
  /** Grad-CAM of the given classes, [batch, height, width], at least 0; null without maps. */
  readonly maps: Float32Array | null;
}

/** A compiled forward pass with the features and class activation maps of a classifier. */
export interface Explanation {
  /** Size of a class activation map; null for a model without convolutions, or if maps are left out. */
  readonly mapShape: readonly [height: number, width: number] | null;
  /** Number of inputs of the last layer. */
  readonly features: number;
  /**
   * Explains a batch of images.
   * @param images [batch, ...imageShape]
   * @param classes class of each image whose regions are mapped; unused without maps
   */
  run(images: Float32Array | Uint8Array, classes?: Int32Array): Promise<Explained>;
  dispose(): Promise<void>;
}

/**
 * Compiles the forward pass of a classifier with Grad-CAM (https://arxiv.org/abs/1610.02391): the channels of the last
 * spatial feature map, weighted by the mean gradient of the logit of a class, show the regions in favor of the class.
 * @throws GraphError for a model without classes
 * @example
 * const explanation = await compileExplanation(network, { batchSize: 1, normalization });
 * const { maps, features } = await explanation.run(image, Int32Array.of(3));
 */
export async function compileExplanation(network: Network, options: ExplanationOptions): Promise<Explanation> {
  checkNetwork("compileExplanation", network);
  const { batchSize, normalization, maps: hasMaps = true, ...compiling } = options;
  const { model, buffers } = network;
  checkCount(model.name, "batchSize", batchSize);
  if (model.classes === 0) throw new GraphError(`compileExplanation: ${model.name} has no classes.`);
  const { logits } = model.apply(imagesOf(model, batchSize, normalization));
  const map = hasMaps ? lastFeatureMap(logits) : null;
  const features = featuresOf(logits);
  const maps = map && activationMap(map, logits, model.classes, batchSize);
  const program = await compile<string>({ logits, features, ...(maps && { maps }) }, compiling);
  return {
    mapShape: maps && [maps.shape[1] as number, maps.shape[2] as number],
    features: sizeOf(features.shape.slice(1)),
    async run(images, classes = new Int32Array(batchSize)) {
      const feeds = { [IMAGES]: images, [CLASSES]: classes, ...parameterValues(network), ...buffers };
      const found: Record<string, Float32Array> = await program.run(feeds, {}, { unused: "ignore" });
      return {
        logits: found.logits as Float32Array,
        features: found.features as Float32Array,
        maps: found.maps ?? null,
      };
    },
    dispose: () => program.dispose(),
  };
}

/** Name of the input for the classes whose regions are mapped. */
const CLASSES = "classes";

function activationMap(map: Tensor, logits: Tensor, classes: number, batchSize: number): Tensor {
  // The images of a batch do not interact in inference mode, so that one sum gives the gradients of all.
  const score = sum(mul(logits, oneHot(input(CLASSES, [batchSize], "int32"), classes)));
  const [gradient] = gradients(score, [map]);
  const weights = mean(gradient, [2, 3], { keepDims: true });
  return relu(sum(mul(map, weights), [1]));
}

/** Returns the last feature map of several pixels behind a convolution; null if there is none. */
function lastFeatureMap(logits: Tensor): Tensor | null {
  const convolved = new Set<Tensor>();
  let last: Tensor | null = null;
  for (const tensor of inOrder([logits])) {
    if (tensor.op.name === "conv2d" || tensor.inputs.some((one) => convolved.has(one))) convolved.add(tensor);
    const [, , height = 0, width = 0] = tensor.shape;
    if (convolved.has(tensor) && tensor.rank === 4 && height * width > 1) last = tensor;
  }
  return last;
}

/** Layers whose input is the features of an image. */
const LAST_LAYERS: readonly string[] = ["dense", "matmul"];

/** Returns the input of the last layer; the logits themselves if they come from no dense layer. */
function featuresOf(logits: Tensor): Tensor {
  const order = inOrder([logits]).reverse();
  const last = order.find(({ op, inputs }) => LAST_LAYERS.includes(op.name) && inputs[0]?.shape[0] === logits.shape[0]);
  return last?.inputs[0] ?? logits;
}
