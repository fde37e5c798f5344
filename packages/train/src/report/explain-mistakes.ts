import { compileExplanation, type Explanation } from "@downhill/graph";
import type { ImageSet } from "@downhill/images";
import type { OpenRun } from "../inference/open-run.ts";
import { sizeOf } from "../size.ts";
import { heatPicture, mistakePictures } from "./pictures.ts";

/** Training image that resembles a misclassified one. */
export interface NearImage {
  readonly name: string;
  readonly label: number;
  /** PNG file. */
  readonly picture: Uint8Array;
}

/** Explanation of a misclassified image. */
export interface ExplainedMistake {
  /** PNG file of the image with the regions in favor of the predicted class; null for a model without convolutions. */
  readonly heat: Uint8Array | null;
  /** Training images with the most similar features, the most similar first. */
  readonly near: readonly NearImage[];
}

/** Number of explained mistakes: those that the report shows at first. */
const EXPLAINED = 24;
/** Number of similar training images. */
const NEAR = 3;
/**
 * Bounds of the number of compared training images, which are evenly spaced over the part. Between them, it is the number of
 * evaluated images, so that the comparison takes as long as an evaluation.
 */
const [FEWEST, MOST] = [1000, 5000];
const BATCH = 32;

/** Explains the first mistakes: by Grad-CAM, and by the training images with the most similar inputs of the last layer. */
export async function explainMistakes(
  { network, facts }: OpenRun,
  mistakes: readonly { readonly index: number; readonly predicted: number }[],
  evaluated: ImageSet,
  train: ImageSet,
): Promise<readonly ExplainedMistake[]> {
  const { normalization } = facts.data;
  const { threads } = facts.config;
  const chosen = mistakes.slice(0, EXPLAINED);
  const first = chosen.map(({ index }) => index);
  const classes = chosen.map(({ predicted }) => predicted);
  const count = Math.min(train.length, MOST, Math.max(FEWEST, evaluated.length));
  const indices = Array.from({ length: count }, (_, i) => Math.floor((i * train.length) / count));
  // The choice of kernels would take longer than these few batches.
  const options = { batchSize: BATCH, normalization, threads, tune: false };
  const explanation = await compileExplanation(network, options);
  const withoutMaps = await compileExplanation(network, { ...options, maps: false });
  try {
    const { features: size, mapShape } = explanation;
    const own = await runAll(explanation, evaluated, first, classes);
    const others = await runAll(withoutMaps, train, indices);
    const explained: ExplainedMistake[] = [];
    for (const [i, index] of first.entries()) {
      const vector = own.features.subarray(i * size, (i + 1) * size);
      const near = nearest(vector, others.features, NEAR).map((found) => indices[found] as number);
      const pictures = await mistakePictures(
        near.map((one) => ({ index: one })),
        train,
        64,
      );
      const map = mapShape && own.maps?.subarray(i * mapShape[0] * mapShape[1], (i + 1) * mapShape[0] * mapShape[1]);
      explained.push({
        heat: map ? await heatPicture(index, evaluated, map, mapShape) : null,
        near: near.map((one, k) => ({
          name: train.nameOf(one),
          label: train.labels[one] as number,
          picture: pictures[k] as Uint8Array,
        })),
      });
    }
    return explained;
  } finally {
    await Promise.all([explanation.dispose(), withoutMaps.dispose()]);
  }
}

/** Explains images of a set batch by batch; the last batch is filled up with its first image. */
async function runAll(
  explanation: Explanation,
  set: ImageSet,
  indices: readonly number[],
  classes: readonly number[] = [],
) {
  const [height, width] = explanation.mapShape ?? [0, 0];
  const features = new Float32Array(indices.length * explanation.features);
  const maps = explanation.mapShape && new Float32Array(indices.length * height * width);
  const size = sizeOf(set.imageShape);
  const pixels = new Uint8Array(BATCH * size);
  for (let from = 0; from < indices.length; from += BATCH) {
    const count = Math.min(BATCH, indices.length - from);
    for (let i = 0; i < BATCH; i++) set.read(indices[from + (i < count ? i : 0)] as number, pixels, i * size);
    const labels = Int32Array.from({ length: BATCH }, (_, i) => classes[from + i] ?? 0);
    const found = await explanation.run(pixels, labels);
    features.set(found.features.subarray(0, count * explanation.features), from * explanation.features);
    if (maps && found.maps) maps.set(found.maps.subarray(0, count * height * width), from * height * width);
  }
  return { features, maps };
}

/** Returns the rows of a matrix with the largest cosine similarity to a vector, the most similar first. */
export function nearest(vector: Float32Array, rows: Float32Array, count: number): number[] {
  const size = vector.length;
  const similarities = Float64Array.from({ length: rows.length / size }, (_, row) => {
    let [product, square] = [0, 0];
    for (let k = 0; k < size; k++) {
      const value = rows[row * size + k] as number;
      product += value * (vector[k] as number);
      square += value * value;
    }
    return square === 0 ? 0 : product / Math.sqrt(square);
  });
  return [...similarities.keys()]
    .sort((a, b) => (similarities[b] as number) - (similarities[a] as number) || a - b)
    .slice(0, count);
}
