import type { EntrantResult } from "../../comparison/comparison.ts";
import { trainedOf } from "../../comparison/entrant-trials.ts";
import type { CurvePoint } from "../../comparison/outcome.ts";
import { average } from "../../statistics/mean.ts";

/** Horizontal axis of the curves of trainings. */
export type Progress = "updates" | "seconds";
/** Score that is drawn over it. */
export type CurveScore = "accuracy" | "loss";

export interface CurveAt {
  readonly x: number;
  /** NaN where there is no finite score. */
  readonly y: number;
}

/** Curves of the compared trainings of an entrant. */
export interface EntrantCurves {
  /** One curve for each seed. */
  readonly seeds: readonly (readonly CurveAt[])[];
  /** Mean over the seeds after each epoch that all of them have. */
  readonly mean: readonly CurveAt[];
}

/** Returns the curves of an entrant; empty ones before its first training has ended. */
export function entrantCurves(entrant: EntrantResult, progress: Progress, score: CurveScore): EntrantCurves {
  const toPoint = (point: CurvePoint): CurveAt => ({ x: point[progress], y: point[score] ?? Number.NaN });
  const seeds = trainedOf(entrant).map(({ curve }) => curve.map(toPoint));
  const length = seeds.length === 0 ? 0 : Math.min(...seeds.map((curve) => curve.length));
  const mean = Array.from({ length }, (_, epoch) => {
    const points = seeds.map((curve) => curve[epoch] as CurveAt);
    return { x: average(points.map(({ x }) => x)), y: average(points.map(({ y }) => y)) };
  });
  return { seeds, mean };
}
