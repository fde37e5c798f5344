import { compileEvaluation, type Network, type Normalization } from "@downhill/graph";
import type { ImageSource } from "@downhill/images";
import { defined } from "@downhill/optim/defined";
import { predictSet } from "../evaluation/evaluate.ts";
import { BATCH } from "./with-inference.ts";

/** Options of {@link predictImages}. */
export interface PredictImagesOptions {
  /** Normalization of the training; default: pixels from 0 to 1. */
  readonly normalization?: Normalization;
  /** Number of compute threads; default one per core. */
  readonly threads?: number;
}

/**
 * Returns the log-probabilities that a network of class labels computes for all images, [images, classes].
 * @throws DataError for invalid members of the images
 * @example const logProbabilities = await predictImages(network, data.test, { normalization: data.normalization });
 */
export async function predictImages(
  network: Network,
  images: ImageSource,
  { normalization, threads }: PredictImagesOptions = {},
): Promise<Float64Array> {
  const { classes } = network.model;
  const all = new Float64Array(images.length * classes);
  const inference = await compileEvaluation(network, { batchSize: BATCH, ...defined({ normalization, threads }) });
  try {
    for await (const { logProbabilities, from } of predictSet(inference, images, { batchSize: BATCH })) {
      all.set(logProbabilities, from * classes);
    }
  } finally {
    await inference.dispose();
  }
  return all;
}
