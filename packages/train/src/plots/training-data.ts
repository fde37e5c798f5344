import { StepTable } from "../run-folder/metrics/step-table.ts";
import type { EpochLine, StepLine } from "../training/callback.ts";
import type { Curve, Point } from "./downsample.ts";
import type { StepSpan } from "./step-axis.ts";

/** Lines of steps, or the same as columns, for long runs. */
export type Steps<Line extends Readonly<Record<string, number>> = StepLine> = readonly Line[] | StepTable;

/** What a training measured, as its metrics file has it. */
export interface TrainingData {
  readonly steps: Steps;
  readonly epochs: readonly EpochLine[];
}

/** Steps as columns. */
export function tableOf(steps: Steps<Readonly<Record<string, number>>>): StepTable {
  if (steps instanceof StepTable) return steps;
  const table = new StepTable();
  for (const line of steps) table.add(line);
  return table;
}

/** The same with columns, in which a plot finds a measure without a pass over all lines. */
export const withTable = <Data extends { readonly steps: Steps }>(
  data: Data,
): Data & { readonly steps: StepTable } => ({
  ...data,
  steps: tableOf(data.steps),
});

export const spanOf = ({ steps, epochs }: TrainingData): StepSpan => ({
  steps: Math.max((tableOf(steps).column("step").at(-1) ?? -1) + 1, epochs.at(-1)?.steps ?? 0),
  epochEnds: epochs.map((line) => line.steps),
});

/** One measure of each step. */
export const stepCurve = ({ steps }: TrainingData, measure: string): Curve => {
  const table = tableOf(steps);
  return { x: table.column("step"), y: table.column(measure) };
};

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
