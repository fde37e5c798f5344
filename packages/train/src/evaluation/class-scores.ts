/** Numbers of one class, from a confusion matrix. */
export interface ClassScore {
  /** Number of images of the class. */
  readonly images: number;
  /** Number of images that are predicted as the class. */
  readonly predicted: number;
  /** Number of images of the class that are predicted as it. */
  readonly correct: number;
  /** Share of the predictions of the class that are right; null if it is never predicted. */
  readonly precision: number | null;
  /** Share of the images of the class that are predicted as it: its accuracy; null without images. */
  readonly recall: number | null;
  /** Harmonic mean of precision and recall; null without images. */
  readonly f1: number | null;
}

/**
 * Returns precision, recall and F1 of each class.
 * @param confusion counts: rows are true classes, columns predicted ones
 * @example classScores([[8, 2], [0, 10]])[0]; // { images: 10, predicted: 8, correct: 8, precision: 1, recall: 0.8, f1: 0.889 }
 */
export function classScores(confusion: readonly (readonly number[])[]): ClassScore[] {
  return confusion.map((row, k) => {
    const images = row.reduce((sum, count) => sum + count, 0);
    const predicted = confusion.reduce((sum, other) => sum + (other[k] as number), 0);
    const correct = row[k] as number;
    return {
      images,
      predicted,
      correct,
      precision: predicted === 0 ? null : correct / predicted,
      recall: images === 0 ? null : correct / images,
      f1: images === 0 ? null : (2 * correct) / (images + predicted),
    };
  });
}

/** Means over the classes that have images, each class with equal weight. */
export interface ClassMeans {
  /** A class that is never predicted has a precision of 0. */
  readonly precision: number;
  /** Mean recall: the balanced accuracy. */
  readonly recall: number;
  readonly f1: number;
}

/** Returns the means of precision, recall and F1 over the classes; NaN without images. */
export function classMeans(scores: readonly ClassScore[]): ClassMeans {
  const present = scores.filter(({ images }) => images > 0);
  const mean = (of: (score: ClassScore) => number | null): number =>
    present.reduce((sum, score) => sum + (of(score) ?? 0), 0) / present.length;
  return {
    precision: mean(({ precision }) => precision),
    recall: mean(({ recall }) => recall),
    f1: mean(({ f1 }) => f1),
  };
}
