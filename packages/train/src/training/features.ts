import { compileEvaluation, type EvaluationOptions, type Model, type Network } from "@downhill/graph";
import { checkSource, type ImageSource, type PixelArray } from "@downhill/images";
import { defined } from "@downhill/optim/defined";
import { batchesIn } from "../evaluation/pixels.ts";
import { sizeOf } from "../size.ts";

export interface FeatureOptions extends Omit<EvaluationOptions, "targets" | "loss" | "metrics"> {
  /** Called after each batch with the number of computed images. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Computes the features of images, the outputs of a frozen body, and returns them with the labels and targets of the images.
 * They stay in memory: four bytes for each feature of each image.
 * @param body frozen part of the network's model, from `splitModel`
 */
export async function computeFeatures(
  network: Network,
  body: Model<"output">,
  images: ImageSource<PixelArray>,
  { onProgress, ...options }: FeatureOptions,
): Promise<ImageSource<Float32Array>> {
  const source = checkSource("features", images);
  const evaluation = await compileEvaluation({ ...network, model: body }, options);
  const size = sizeOf(body.outputs.output);
  const features = new Float32Array(source.length * size);
  try {
    for (const { pixels, from, count } of batchesIn(source, options.batchSize)) {
      features.set(await evaluation.run(pixels), from * size);
      onProgress?.(from + count, source.length);
    }
  } finally {
    await evaluation.dispose();
  }
  return {
    imageShape: body.outputs.output,
    dtype: "float32",
    length: source.length,
    ...defined({ labels: images.labels, targets: images.targets, classNames: images.classNames }),
    read: (index, into, offset = 0) => into.set(features.subarray(index * size, (index + 1) * size), offset),
  };
}
