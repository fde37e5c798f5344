import type { Evaluation, Mistake } from "../evaluation/scores.ts";
import type { Views } from "../evaluation/views.ts";
import { readSealedJson } from "../files/sealed-json.ts";
import type { EvaluationPart } from "../training/callback.ts";
import { runPaths } from "./paths.ts";
import { resultSchema } from "./run-schema.ts";

/** What a run came to: the contents of `result.json`. */
export type RunResult = {
  readonly status: "finished" | "stopped" | "failed";
  /** Why it ended before its last epoch. */
  readonly reason: string | null;
  readonly steps: number;
  readonly epochs: number;
  /** Of training steps, over all the times that the run was gone on with. */
  readonly seconds: number;
  readonly imagesPerSecond: number;
  /** Share of these seconds in which the next batch was not ready. */
  readonly waitingShare: number;
  readonly seed: number;
  /** The images that it was judged by: test images where there are some. */
  readonly part: EvaluationPart | null;
  /** Images of that part. */
  readonly images: number | null;
  /** The validation part's figures, where the run was judged by a test part too. */
  readonly validation: Pick<Evaluation, "images" | "loss" | "accuracy"> | null;
  /**
   * The same images with test-time augmentation, where the run has one: `accuracy` and all else is that of the images as
   * they are, which is what the exported model gives. Older results lack it: see {@link viewsOf}.
   */
  readonly augmented?: (Pick<Evaluation, "images" | "loss" | "accuracy"> & { readonly views: Views }) | null;
  readonly mistakes: readonly (Mistake & { readonly name: string })[];
  /** Why files of the report are missing, where some could not be written. Not in the file. */
  readonly missing?: string;
} & {
  readonly [K in "accuracy" | "loss" | "top5" | "calibrationError" | "perClass" | "confusion" | "calibration"]:
    | Evaluation[K]
    | null;
};

/**
 * Reads the result of a run; null where it has none yet.
 * @throws TrainError where its `result.json` is damaged
 */
export function readResult(folder: string): RunResult | null {
  return readSealedJson<RunResult>(
    runPaths(folder).result,
    resultSchema,
    `Run downhill train --resume ${folder} to write it again`,
  );
}

/** The views that the accuracy of a result is measured with. Results without a figure of their own for them have them in it. */
export const viewsOf = (result: RunResult, testTimeAugmentation: Views | undefined): Views =>
  result.augmented === undefined ? (testTimeAugmentation ?? "none") : "none";
