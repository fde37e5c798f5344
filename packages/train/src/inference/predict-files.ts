import { readImage } from "@downhill/images";
import { predict } from "../evaluation/evaluate.ts";
import type { OpenRun } from "./open-run.ts";
import { samplesOf } from "./samples-of.ts";
import { type UseOptions, withInference } from "./with-inference.ts";

/** Prediction for an image file. */
export interface Prediction {
  readonly file: string;
  /** Classes with their probabilities, most probable first; null if the file is unreadable. */
  readonly classes: readonly { readonly name: string; readonly probability: number }[] | null;
  /** Problem with an unreadable file; otherwise null. */
  readonly problem: string | null;
}

/** Predicts the classes of image files one by one. An unreadable file does not stop the others. */
export async function predictFiles(
  run: OpenRun,
  files: readonly string[],
  onPrediction: (prediction: Prediction) => void,
  options: UseOptions = {},
): Promise<void> {
  const { imageShape, classNames } = run.facts.data;
  const { views = "none" } = options;
  await withInference(run, options, async (inference) => {
    for (const file of files) {
      let pixels: Uint8Array;
      try {
        pixels = await readImage(file, imageShape, samplesOf(run.facts.given));
      } catch (error) {
        if ((error as Error).name !== "DataError") throw error;
        onPrediction({ file, classes: null, problem: (error as Error).message });
        continue;
      }
      const logProbabilities = await predict(inference, pixels, imageShape, classNames.length, views);
      const classes = classNames.map((name, k) => ({ name, probability: Math.exp(logProbabilities[k] ?? Number.NaN) }));
      onPrediction({ file, classes: classes.sort((a, b) => b.probability - a.probability), problem: null });
    }
  });
}
