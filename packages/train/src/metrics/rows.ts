import { checkObject } from "../check-arguments.ts";
import { TrainError } from "../error.ts";

/** Scores of all classes for each image, [labels.length, classes]: logits, probabilities or their logarithms. */
export type ClassScores = Float32Array | Float64Array;

/**
 * Returns the number of classes of some scores.
 * @param owner name of the metric for errors
 * @throws TrainError if the scores do not match the labels, or a label is out of range
 */
export function classesOf(owner: string, scores: ClassScores, labels: ArrayLike<number>): number {
  checkObject(`${owner}: the scores`, scores, "an array of numbers");
  checkObject(`${owner}: the labels`, labels, "an array of numbers");
  const classes = scores.length / labels.length;
  if (labels.length === 0 || !Number.isInteger(classes) || classes === 0) {
    throw new TrainError(
      `${owner}: ${scores.length} scores for ${labels.length} labels. Expected the scores of all classes for each label.`,
    );
  }
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw new TrainError(`${owner}: label ${i} is ${label}. Expected a whole number from 0 to ${classes - 1}.`);
  }
  return classes;
}

/**
 * Returns the number of classes that rank before a class: those with a higher score, and earlier ones with an equal score.
 * A class whose score is not a number ranks last.
 */
export function rankOf(scores: ClassScores, start: number, classes: number, label: number): number {
  const own = scores[start + label] as number;
  if (Number.isNaN(own)) return classes - 1;
  let rank = 0;
  for (let k = 0; k < classes; k++) {
    const score = scores[start + k] as number;
    if (score > own || (score === own && k < label)) rank++;
  }
  return rank;
}
