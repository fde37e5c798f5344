import { wilsonInterval } from "../evaluation/interval.ts";
import type { EvaluationPart } from "../training/callback.ts";
import type { ReportRun } from "./report-data.ts";

/** How good the model is, by the last images it was shown without being trained on them. */
export interface ReportedEvaluation {
  readonly part: EvaluationPart;
  readonly images: number;
  readonly accuracy: number;
  readonly loss: number;
  readonly top5: number | null;
  readonly calibrationError: number | null;
  /** Wilson's 95 % interval of the accuracy. */
  readonly interval: readonly [low: number, high: number];
  /** False where the run goes on, or was stopped: then it is the last epoch's. */
  readonly final: boolean;
}

/** Of the result, or else of the last epoch that was judged; null where none was. */
export function reportedEvaluation({ facts, epochs, result }: ReportRun): ReportedEvaluation | null {
  if (result && result.part !== null && result.accuracy !== null) {
    // JSON keeps a loss that is not finite as null.
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
