import type { Measure } from "./facts.ts";
import type { CurvePoint, Trained } from "./outcome.ts";

/** First evaluation that reaches the target accuracy; null if none does. */
export const firstAtTarget = ({ curve }: Trained, target: number | null): CurvePoint | null =>
  curve.find(({ accuracy }) => target !== null && accuracy !== null && accuracy >= target) ?? null;

/** Returns the score of a training by a measure; null if it did not reach the target. */
export function scoreOf(trained: Trained, measure: Measure, target: number | null): number | null {
  if (measure === "accuracy" || measure === "loss") return trained[measure];
  return firstAtTarget(trained, target)?.[measure] ?? null;
}

/** Factor that makes a higher score the better one. */
export const directionOf = (measure: Measure): 1 | -1 => (measure === "accuracy" ? 1 : -1);
