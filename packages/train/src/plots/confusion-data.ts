/** Images by true and by predicted class. */
export interface ConfusionData {
  readonly classNames: readonly string[];
  /** Counts: rows are the true class, columns the predicted one. */
  readonly confusion: readonly (readonly number[])[];
}

/** The largest count beside the diagonal, at least 1. */
export const mostMistaken = ({ confusion }: Pick<ConfusionData, "confusion">): number =>
  Math.max(1, ...confusion.flatMap((row, label) => row.filter((_, predicted) => label !== predicted)));
