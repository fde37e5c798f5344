/** Confusion matrix with the names of its classes. */
export interface ConfusionData {
  readonly classNames: readonly string[];
  /** Counts: rows are the true class, columns the predicted one. */
  readonly confusion: readonly (readonly number[])[];
}

/** Returns the largest count off the diagonal, at least 1. */
export const mostMistaken = ({ confusion }: Pick<ConfusionData, "confusion">): number =>
  Math.max(1, ...confusion.flatMap((row, label) => row.filter((_, predicted) => label !== predicted)));
