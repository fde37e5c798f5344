/** A class that is taken for another one. */
export interface ConfusedPair {
  readonly label: number;
  readonly predicted: number;
  readonly images: number;
  /** Of the images of its class. */
  readonly share: number;
}

/** All that occur, the most images first. */
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
