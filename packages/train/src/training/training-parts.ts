import type { Evaluation as Inference, TrainingStep } from "@downhill/graph";
import type { ImageSource } from "@downhill/images";
import type { Updater } from "@downhill/optim";
import type { AverageStatistics } from "./average-statistics.ts";
import type { Batches } from "./batches.ts";
import type { EvaluationPart } from "./callback.ts";
import type { TrainData } from "./data.ts";

/** Returns the images that epochs are evaluated on: the validation part, or else the test part. */
export function evaluationSet({
  validation,
  test,
}: Pick<TrainData, "validation" | "test">): { part: EvaluationPart; set: ImageSource } | null {
  if (validation) return { part: "validation", set: validation };
  return test ? { part: "test", set: test } : null;
}

/** Programs and data of a training. */
export interface TrainingParts {
  readonly step: TrainingStep;
  readonly inference: Inference;
  readonly batches: Batches;
  readonly updater: Updater;
  /** Statistics for averaged weights; null if there are none. */
  readonly statistics: AverageStatistics | null;
  /** Images of the batches and the evaluation: of a head, the features of its frozen body. */
  readonly data: TrainData;
  readonly largestPart: number;
  readonly evaluationBatch: number;
  /** Names of the targets of the step. */
  readonly targets: readonly string[];
}

/** Stops the batches and frees the programs and the optimizer of a phase. */
export async function closeParts({ step, inference, batches, statistics, updater }: TrainingParts): Promise<void> {
  await batches.close();
  await step.dispose();
  await inference.dispose();
  await statistics?.dispose();
  updater.dispose();
}
