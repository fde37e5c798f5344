import type { Evaluation as Inference } from "@downhill/graph";
import { checkSource, type ImageSource, type PixelArray } from "@downhill/images";
import { checkObject } from "../check-arguments.ts";
import { TrainError } from "../error.ts";
import { measureSet } from "./measure.ts";
import { batchesIn, type EvaluateOptions } from "./pixels.ts";
import { type Evaluation, logSoftmax, Scores } from "./scores.ts";
import { type Views, viewsOf } from "./views.ts";

/**
 * Evaluates a model on images: their loss, the metrics, and the accuracy if there are class labels. Accuracies are NaN
 * without them.
 * @param inference compiled model, from graph's `compileEvaluation`, with its loss, targets and metrics
 * @throws DataError for invalid members of the images
 * @throws TrainError for missing targets, labels beyond the classes, or views of a model with a loss of its own
 * @example
 * const inference = await compileEvaluation(network, {
 *   batchSize: 256,
 *   targets: { angle: [1] },
 *   loss: ({ output, angle }) => ops.huber(output, angle),
 * });
 * const { loss } = await evaluate(inference, points, { batchSize: 256 });
 */
export async function evaluate(
  inference: Inference,
  images: ImageSource,
  options: EvaluateOptions,
): Promise<Evaluation> {
  checkObject("evaluate: the first argument", inference, "the result of compileEvaluation(network, { batchSize })");
  if (typeof inference.measure !== "function") {
    throw new TrainError(
      "evaluate: the first argument has no function measure. Expected the result of compileEvaluation(network, { batchSize }).",
    );
  }
  const source = checkSource("evaluate", images);
  checkObject("evaluate: the options", options, "an object, such as { batchSize: 256 }");
  if (inference.hasOwnLoss) return measureSet(inference, source, options);
  const { labels } = source;
  const { name, classes } = inference.model;
  checkClassifier(inference);
  if (labels.length === 0) {
    throw new TrainError("evaluate: the images have no class labels. Compile the evaluation with a loss.");
  }
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new TrainError(
      `evaluate: the label of image ${wrong} is ${labels[wrong]}. Expected at most ${classes - 1}: ${name} has ${classes} classes.`,
    );
  }
  const scores = new Scores(classes, options.ranking);
  for await (const { logProbabilities, from, count } of predictSet(inference, images, options)) {
    scores.add(logProbabilities, labels.subarray(from, from + count), from);
  }
  return scores.result();
}

/** Yields the log-probabilities of all images of a set, batch by batch and in order. */
export async function* predictSet(
  inference: Inference,
  images: ImageSource,
  { batchSize, views = "none", onProgress }: EvaluateOptions,
): AsyncGenerator<{ readonly logProbabilities: Float64Array; readonly from: number; readonly count: number }> {
  const source = checkSource("predictSet", images);
  checkClassifier(inference);
  const { classes } = inference.model;
  for (const { pixels, from, count } of batchesIn(source, batchSize)) {
    yield { logProbabilities: await predict(inference, pixels, source.imageShape, classes, views), from, count };
    onProgress?.(from + count, source.length);
  }
}

function checkClassifier({ model: { name, classes } }: Inference): void {
  if (classes > 0) return;
  throw new TrainError(`${name} has no classes. Compile the evaluation with a loss, or use its outputs.`);
}

/**
 * Returns the log-probabilities of each class, [count, classes]. With several views of an image, they come from the
 * weighted mean of the logits.
 * @throws TrainError for several views of images that are not bytes [channels, height, width]
 */
export async function predict(
  inference: Inference,
  images: PixelArray,
  shape: readonly number[],
  classes: number,
  views: Views,
): Promise<Float64Array> {
  if (views !== "none" && (shape.length !== 3 || images instanceof Float32Array)) {
    throw new TrainError(`views = ${views}: test-time augmentation takes images of bytes [channels, height, width].`);
  }
  let total: Float32Array | undefined;
  for (const { images: seen, weight } of viewsOf(images, shape, views)) {
    const logits = await inference.run(seen);
    total ??= new Float32Array(logits.length);
    for (let i = 0; i < logits.length; i++) total[i] = (total[i] as number) + weight * (logits[i] as number);
  }
  return logSoftmax(total as Float32Array, classes);
}
