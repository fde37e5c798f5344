import type { ImageSource } from "@downhill/images";
import { type Callback, predictImages } from "@downhill/train";
import type { Computation } from "./context.ts";
import { runTraining, type TrainingResult } from "./training.ts";

/** Result of a training whose weights after some epochs classified the test images. */
export interface SnapshotsResult extends TrainingResult {
  /** Accuracy of each snapshot alone. */
  readonly snapshots: readonly number[];
  /** Accuracy of the mean probabilities of all snapshots; null if the training diverged. */
  readonly ensemble: number | null;
}

/**
 * Returns the computation of a training and of the ensemble of its snapshots.
 * @param epochs numbers of epochs after which the weights are used
 */
export const snapshotsAfter = (epochs: readonly number[]): Pick<Computation<SnapshotsResult>, "kind" | "compute"> => ({
  kind: `snapshots after ${epochs.join(", ")}`,
  compute: async (settings, surroundings) => {
    const { data, threads, callbacks = [] } = surroundings;
    const images = data.test ?? data.validation;
    if (!images) throw new Error("no images are held out");
    const predictions: Float64Array[] = [];
    const collect: Callback = {
      name: "snapshots",
      async onEpoch({ epoch }, _, training) {
        if (!epochs.includes(epoch + 1)) return;
        const { normalization } = data;
        predictions.push(
          await training.withEvaluationWeights(() =>
            predictImages(training.network, images, { normalization, threads }),
          ),
        );
      },
    };
    const result = await runTraining(settings, { ...surroundings, callbacks: [...callbacks, collect] });
    const isWhole = predictions.length === epochs.length;
    return {
      ...result,
      snapshots: predictions.map((prediction) => accuracyOf([prediction], images)),
      ensemble: isWhole ? accuracyOf(predictions, images) : null,
    };
  },
});

/** Returns the accuracy of the mean of probabilities, given their logarithms [images, classes]. */
function accuracyOf(predictions: readonly Float64Array[], { labels, length }: ImageSource): number {
  const classes = (predictions[0]?.length ?? 0) / length;
  let correct = 0;
  for (let image = 0; image < length; image++) {
    const scores = Array.from({ length: classes }, (_, label) =>
      predictions.reduce((sum, prediction) => sum + Math.exp(prediction[image * classes + label] as number), 0),
    );
    if (scores.indexOf(Math.max(...scores)) === labels?.[image]) correct++;
  }
  return correct / length;
}
