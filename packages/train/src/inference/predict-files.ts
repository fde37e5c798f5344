import { type ImageFile, readImage } from "@downhill/images";
import { predict } from "../evaluation/evaluate.ts";
import type { OpenRun } from "./open-run.ts";
import { samplesOf } from "./samples-of.ts";
import { type UseOptions, withInference } from "./with-inference.ts";

/** Prediction for an image file. */
export interface Prediction {
  /** Path or name of the file. */
  readonly file: string;
  /** Classes with their probabilities, most probable first; null if the file is unreadable. */
  readonly classes: readonly { readonly name: string; readonly probability: number }[] | null;
  /** Problem with an unreadable file; otherwise null. */
  readonly problem: string | null;
}

/**
 * Predicts the classes of image files one by one. An unreadable file does not stop the others.
 * @param files paths, or files of `openImageFiles`
 * @param onPrediction called after each file, which waits for a returned promise
 */
export async function predictFiles<File extends string | ImageFile>(
  run: OpenRun,
  files: Iterable<File> | AsyncIterable<File>,
  onPrediction: (prediction: Prediction, file: File) => void | Promise<void>,
  options: UseOptions = {},
): Promise<void> {
  const { imageShape, classNames } = run.facts.data;
  const { views = "none" } = options;
  await withInference(run, options, async (inference) => {
    for await (const file of files) {
      const name = typeof file === "string" ? file : file.name;
      let pixels: Uint8Array;
      try {
        pixels = await readImage(file, imageShape, samplesOf(run.facts.given));
      } catch (error) {
        if ((error as Error).name !== "DataError") throw error;
        await onPrediction({ file: name, classes: null, problem: (error as Error).message }, file);
        continue;
      }
      const logProbabilities = await predict(inference, pixels, imageShape, classNames.length, views);
      const classes = classNames.map((name, k) => ({ name, probability: Math.exp(logProbabilities[k] ?? Number.NaN) }));
      classes.sort((a, b) => b.probability - a.probability);
      await onPrediction({ file: name, classes, problem: null }, file);
    }
  });
}
