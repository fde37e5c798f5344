import type { EpochLine, StepLine } from "../training/callback.ts";
import type { Point } from "./downsample.ts";
import type { StepSpan } from "./step-axis.ts";

/** What a training measured, as its metrics file has it. */
export interface TrainingData {
  readonly steps: readonly StepLine[];
  readonly epochs: readonly EpochLine[];
}

export const spanOf = ({ steps, epochs }: TrainingData): StepSpan => ({
  steps: Math.max((steps.at(-1)?.step ?? -1) + 1, epochs.at(-1)?.steps ?? 0),
  epochEnds: epochs.map((line) => line.steps),
});

/** One measure of each step. */
export const stepCurve = ({ steps }: TrainingData, measure: string): Point[] =>
  steps.map((line) => ({ x: line.step, y: line[measure] ?? Number.NaN }));

/** A point of the evaluation after an epoch. */
export interface EvaluationPoint extends Point {
  readonly epoch: number;
  /** Whether the evaluation's loss is finite: without it, the epoch is not the best in any measure. */
  readonly usable: boolean;
}

export const evaluationCurve = ({ epochs }: TrainingData, measure: "loss" | "accuracy"): EvaluationPoint[] =>
  epochs.flatMap(({ epoch, steps, evaluation }) =>
    evaluation ? [{ x: steps, y: evaluation[measure], epoch, usable: Number.isFinite(evaluation.loss) }] : [],
  );

/** What the epochs were judged on, as "test images". */
export function evaluationName({ epochs }: TrainingData): string | null {
  const part = epochs.find(({ evaluation }) => evaluation)?.evaluation?.part;
  return part ? `${part} images` : null;
}

/** The best usable one; the first of several. */
export function bestOf(
  points: readonly EvaluationPoint[],
  better: (a: number, b: number) => boolean,
): EvaluationPoint | undefined {
  let best: EvaluationPoint | undefined;
  for (const point of points) {
    if (point.usable && Number.isFinite(point.y) && (!best || better(point.y, best.y))) best = point;
  }
  return best;
}

export const finite = (points: readonly Point[]): readonly Point[] => points.filter(({ y }) => Number.isFinite(y));
