import type { Ranking } from "../evaluation/ranking.ts";
import type { Evaluation, Mistake } from "../evaluation/scores.ts";
import type { Views } from "../evaluation/views.ts";
import { readSealedJson } from "../files/sealed-json.ts";
import type { EvaluationPart } from "../training/callback.ts";
import { runPaths } from "./paths.ts";
import { resultSchema } from "./run-schema.ts";

/** Result of a run: the contents of `result.json`. */
export type RunResult = {
  readonly status: "finished" | "stopped" | "failed";
  /** Reason for an end before the last epoch; null otherwise. */
  readonly reason: string | null;
  readonly steps: number;
  readonly epochs: number;
  /** Total time of the training steps, over all sessions of the run. */
  readonly seconds: number;
  readonly imagesPerSecond: number;
  /** Share of this time spent waiting for the next batch. */
  readonly waitingShare: number;
  readonly seed: number;
  /** Evaluated part: the test part if there is one. */
  readonly part: EvaluationPart | null;
  /** Number of evaluated images. */
  readonly images: number | null;
  /** Evaluation on the validation part, if there is also a test part. */
  readonly validation: Pick<Evaluation, "images" | "loss" | "accuracy"> | null;
  /**
   * Evaluation with test-time augmentation, if the run uses it. `accuracy` and all other figures are without it, as for the
   * exported model. Older results lack this key: see {@link viewsOf}.
   */
  readonly augmented?: (Pick<Evaluation, "images" | "loss" | "accuracy"> & { readonly views: Views }) | null;
  /** Mean accuracy of the classes that have images. Older results lack it. */
  readonly balancedAccuracy?: number | null;
  /** ROC and precision-recall curves of the classes. Older results lack them. */
  readonly ranking?: Ranking | null;
  readonly mistakes: readonly (Mistake & { readonly name: string })[];
  /** Reason why files of the report are missing. It is not in the file. */
  readonly missing?: string;
} & {
  readonly [K in "accuracy" | "loss" | "top5" | "calibrationError" | "perClass" | "confusion" | "calibration"]:
    | Evaluation[K]
    | null;
};

/**
 * Reads the result of a run; null if there is none yet.
 * @throws TrainError if `result.json` is damaged
 */
export function readResult(folder: string): RunResult | null {
  return readSealedJson<RunResult>(runPaths(folder).result, resultSchema, [{ resume: folder }]);
}

/** Returns the views behind `accuracy`: in results without the key `augmented`, it includes test-time augmentation. */
export const viewsOf = (result: RunResult, testTimeAugmentation: Views | undefined): Views =>
  result.augmented === undefined ? (testTimeAugmentation ?? "none") : "none";
