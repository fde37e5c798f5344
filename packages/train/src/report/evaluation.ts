import { wilsonInterval } from "../evaluation/interval.ts";
import type { EvaluationPart } from "../training/callback.ts";
import type { ReportRun } from "./report-data.ts";

/** Latest evaluation of the model on images that it was not trained on. */
export interface ReportedEvaluation {
  readonly part: EvaluationPart;
  readonly images: number;
  readonly accuracy: number;
  readonly loss: number;
  readonly top5: number | null;
  readonly calibrationError: number | null;
  /** Wilson's 95 % interval of the accuracy. */
  readonly interval: readonly [low: number, high: number];
  /** True if it is the result of a finished run; false if it is the evaluation of the last epoch so far. */
  readonly final: boolean;
}

/** Returns the evaluation of the result, or else of the last evaluated epoch; null if there is none. */
export function reportedEvaluation({ facts, epochs, result }: ReportRun): ReportedEvaluation | null {
  if (result && result.part !== null && result.accuracy !== null) {
    // JSON stores a non-finite loss as null.
    const { part, accuracy, top5, calibrationError } = result;
    const loss = result.loss ?? Number.NaN;
    const images = result.images ?? facts.data.counts[part];
    return {
      part,
      images,
      accuracy,
      loss,
      top5,
      calibrationError,
      interval: wilsonInterval(accuracy, images),
      final: true,
    };
  }
  const evaluation = epochs.flatMap((line) => line.evaluation ?? []).at(-1);
  if (!evaluation) return null;
  const images = facts.data.counts[evaluation.part];
  return {
    ...evaluation,
    loss: evaluation.loss ?? Number.NaN,
    images,
    interval: wilsonInterval(evaluation.accuracy, images),
    final: false,
  };
}
