import { average } from "@downhill/train/statistics";
import type { EntrantResult } from "../../comparison/comparison.ts";
import { trainedOf } from "../../comparison/entrant-trials.ts";
import type { CurvePoint } from "../../comparison/outcome.ts";

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
  return { seeds, mean: meanCurve(seeds) };
}

/** Returns the mean of curves at the points that all of them have. */
export function meanCurve(curves: readonly (readonly CurveAt[])[]): CurveAt[] {
  const length = curves.length === 0 ? 0 : Math.min(...curves.map((curve) => curve.length));
  return Array.from({ length }, (_, i) => {
    const points = curves.map((curve) => curve[i] as CurveAt);
    return { x: average(points.map(({ x }) => x)), y: average(points.map(({ y }) => y)) };
  });
}
