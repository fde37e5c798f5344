import type { ImageShape, Evaluation as Inference } from "@downhill/graph";
import type { ImageSet } from "@downhill/images";
import { sizeOf } from "../size.ts";
import { type Evaluation, logSoftmax, Scores } from "./scores.ts";
import { type Views, viewsOf } from "./views.ts";

export interface EvaluateOptions {
  /** Batch size. */
  readonly batchSize: number;
  /** Test-time augmentation; default none. */
  readonly views?: Views;
  /** Called after each batch with the number of evaluated images. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Evaluates a model on a set of images.
 * @param inference compiled model, from graph's `compileEvaluation`
 */
export async function evaluate(inference: Inference, set: ImageSet, options: EvaluateOptions): Promise<Evaluation> {
  const scores = new Scores(set.classNames.length);
  for await (const { logProbabilities, from, count } of predictSet(inference, set, options)) {
    scores.add(logProbabilities, set.labels.subarray(from, from + count), from);
  }
  return scores.result();
}

/** Yields the log-probabilities of all images of a set, batch by batch and in order. */
export async function* predictSet(
  inference: Inference,
  set: ImageSet,
  { batchSize, views = "none", onProgress }: EvaluateOptions,
): AsyncGenerator<{ readonly logProbabilities: Float64Array; readonly from: number; readonly count: number }> {
  const size = sizeOf(set.imageShape);
  for (let from = 0; from < set.length; from += batchSize) {
    const count = Math.min(batchSize, set.length - from);
    const images = new Uint8Array(count * size);
    for (let i = 0; i < count; i++) set.read(from + i, images, i * size);
    const classes = set.classNames.length;
    yield { logProbabilities: await predict(inference, images, set.imageShape, classes, views), from, count };
    onProgress?.(from + count, set.length);
  }
}

/**
 * Returns the log-probabilities of each class, [count, classes]. With several views of an image, they come from the
 * weighted mean of the logits.
 */
export async function predict(
  inference: Inference,
  images: Uint8Array,
  shape: ImageShape,
  classes: number,
  views: Views,
): Promise<Float64Array> {
  let total: Float32Array | undefined;
  for (const { images: seen, weight } of viewsOf(images, shape, views)) {
    const logits = await inference.run(seen);
    total ??= new Float32Array(logits.length);
    for (let i = 0; i < logits.length; i++) total[i] = (total[i] as number) + weight * (logits[i] as number);
  }
  return logSoftmax(total as Float32Array, classes);
}
