/** Class that is predicted as another one. */
export interface ConfusedPair {
  readonly label: number;
  readonly predicted: number;
  readonly images: number;
  /** Share of the images of the true class. */
  readonly share: number;
}

/** Returns all confusions that occur, most frequent first. */
export function confusedPairs({ confusion }: { readonly confusion: readonly (readonly number[])[] }): ConfusedPair[] {
  return confusion
    .flatMap((row, label) => {
      const all = row.reduce((total, images) => total + images, 0);
      return row.flatMap((images, predicted) =>
        images === 0 || label === predicted ? [] : [{ label, predicted, images, share: images / all }],
      );
    })
    .sort((a, b) => b.images - a.images || b.share - a.share);
}
