import type { Evaluation as Inference } from "@downhill/graph";
import type { CheckedSource, TargetValues } from "@downhill/images";
import { TrainError } from "../error.ts";
import { pickTargets } from "../training/objective.ts";
import { batchesIn, type EvaluateOptions } from "./pixels.ts";
import { type Evaluation, logSoftmax, NO_CLASSES, Scores } from "./scores.ts";

/** Evaluates a model with a loss or metrics of its own; see `evaluate`. */
export async function measureSet(
  inference: Inference,
  source: CheckedSource,
  { batchSize, views = "none", ranking, onProgress }: EvaluateOptions,
): Promise<Evaluation> {
  if (views !== "none") {
    throw new TrainError(`views = ${views}: test-time augmentation averages logits. Remove it for a loss of its own.`);
  }
  const classes = classesOf(inference, source);
  const scores = classes === null ? null : new Scores(classes, ranking);
  let loss = 0;
  const metrics: Record<string, number> = {};
  for (const { pixels, from, count } of batchesIn(source, batchSize)) {
    const measured = await inference.measure(pixels, targetsOf(inference, source, rangeOf(from, count)));
    const share = count / source.length;
    loss += share * measured.loss;
    for (const [name, value] of Object.entries(measured.metrics)) metrics[name] = (metrics[name] ?? 0) + share * value;
    const [logits] = Object.values(measured.outputs);
    if (scores && logits) {
      scores.add(logSoftmax(logits, classes as number), source.labels.subarray(from, from + count), from);
    }
    onProgress?.(from + count, source.length);
  }
  return { ...(scores?.result() ?? NO_CLASSES), images: source.length, loss, metrics };
}

/** Returns the number of classes of a classifier, if the images have class labels that the program takes. */
function classesOf({ model: { classes }, targets }: Inference, { labels }: CheckedSource): number | null {
  const counts = classes > 0 && targets.includes("labels") && labels.length > 0;
  return counts && labels.every((label) => label < classes) ? classes : null;
}

/**
 * Returns the targets of images that a program takes.
 * @throws TrainError for a target that the images lack
 */
export function targetsOf(
  { targets: names }: Inference,
  { targets, length }: CheckedSource,
  indices: readonly number[],
): Record<string, TargetValues> {
  const values = Object.fromEntries(Object.entries(targets).map(([name, target]) => [name, target.values]));
  return Object.fromEntries(
    Object.entries(pickTargets("evaluate", names, values)).map(([name, all]) => {
      const size = all.length / length;
      const chosen =
        all instanceof Int32Array ? new Int32Array(indices.length * size) : new Float32Array(indices.length * size);
      for (const [i, index] of indices.entries()) chosen.set(all.subarray(index * size, (index + 1) * size), i * size);
      return [name, chosen];
    }),
  );
}

const rangeOf = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);
