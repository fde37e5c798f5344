import { StepTable } from "../run-folder/metrics/step-table.ts";
import type { EpochLine, StepLine } from "../training/callback.ts";
import type { Curve, Point } from "./downsample.ts";
import type { StepSpan } from "./step-axis.ts";

/** Metrics of all steps, as lines or, for long runs, as columns. */
export type Steps<Line extends Readonly<Record<string, number>> = StepLine> = readonly Line[] | StepTable;

/** Contents of the metrics file of a training. */
export interface TrainingData {
  readonly steps: Steps;
  readonly epochs: readonly EpochLine[];
}

/** Converts steps to columns. */
export function tableOf(steps: Steps<Readonly<Record<string, number>>>): StepTable {
  if (steps instanceof StepTable) return steps;
  const table = new StepTable();
  for (const line of steps) table.add(line);
  return table;
}

/** Converts the steps of a training to columns, which saves a pass over all lines for each measure. */
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

/** Returns the curve of one measure over all steps. */
export const stepCurve = ({ steps }: TrainingData, measure: string): Curve => {
  const table = tableOf(steps);
  return { x: table.column("step"), y: table.column(measure) };
};

/** Evaluation after an epoch, as a point of a curve. */
export interface EvaluationPoint extends Point {
  readonly epoch: number;
  /** True if the loss of the evaluation is finite. Otherwise the epoch is not the best in any measure. */
  readonly usable: boolean;
}

export const evaluationCurve = ({ epochs }: TrainingData, measure: "loss" | "accuracy"): EvaluationPoint[] =>
  epochs.flatMap(({ epoch, steps, evaluation }) =>
    evaluation ? [{ x: steps, y: evaluation[measure], epoch, usable: Number.isFinite(evaluation.loss) }] : [],
  );

/** Names the images that epochs were evaluated on, such as "test images"; null if there are none. */
export function evaluationName({ epochs }: TrainingData): string | null {
  const part = epochs.find(({ evaluation }) => evaluation)?.evaluation?.part;
  return part ? `${part} images` : null;
}

/** Returns the best usable evaluation, the first of equal ones. */
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
