import { count, counted, number, percent } from "@downhill/train/plots";
import { boundedInterval, type Mean } from "@downhill/train/statistics";
import { duration } from "@downhill/train/text";
import type { EntrantResult } from "../comparison/comparison.ts";
import type { ComparisonFacts, Measure } from "../comparison/facts.ts";
import type { GoodRates } from "../comparison/rate-search.ts";

/** Names of the measures in sentences. */
export const MEASURE_NAMES: Readonly<Record<Measure, string>> = {
  accuracy: "accuracy",
  loss: "loss",
  seconds: "time to the target",
  updates: "updates to the target",
};

const MINUS = "−";

/** Formats a score by a measure. */
export function scoreText(measure: Measure, value: number): string {
  if (measure === "accuracy") return percent(value, 2);
  if (measure === "loss") return number(value, 4);
  return measure === "seconds" ? duration(value) : count(value);
}

/** Formats a difference of two scores with its sign: accuracies in percentage points. */
export function differenceText(measure: Measure, value: number): string {
  const size = Math.abs(value);
  const texts = {
    accuracy: (100 * size).toFixed(2),
    loss: number(size, 3),
    seconds: duration(size),
    updates: count(size),
  };
  return `${value < 0 ? MINUS : "+"}${texts[measure]}`;
}

/** Formats a standard deviation of scores: of accuracies in percentage points. */
export const deviationText = (measure: Measure, { deviation }: Mean): string =>
  deviation === null ? "–" : differenceText(measure, deviation).slice(1);

/**
 * Returns the interval of a score for display: no accuracy exceeds 1, and no score is negative. Null for a single value.
 */
export const shownInterval = (measure: Measure, mean: Mean): Mean["interval"] =>
  boundedInterval(mean, measure === "accuracy" ? 1 : undefined);

/** Formats the interval of a score; "–" for a single value. */
export function intervalText(measure: Measure, mean: Mean): string {
  const interval = shownInterval(measure, mean);
  return interval === null ? "–" : interval.map((end) => scoreText(measure, end)).join(" to ");
}

/** Formats a learning rate with three significant digits. */
export const rateText = (lr: number): string => number(lr, 3);

/** Formats a width in decades. */
export const decadesText = (decades: number): string => decades.toFixed(decades < 0.095 ? 2 : 1);

/** Formats the width of a range of good rates; at least that, if the range may extend beyond the tried rates. */
export const goodDecades = (good: GoodRates | null): string =>
  good === null || good.decades === 0
    ? "–"
    : `${good.isOpenLow || good.isOpenHigh ? "≥ " : ""}${decadesText(good.decades)}`;

/** Describes the state of an entrant. */
export function statusText(entrant: EntrantResult, { seeds, tuning, target }: ComparisonFacts): string {
  const ended = entrant.seeds.filter((outcome) => outcome !== null).length;
  switch (entrant.status) {
    case "waiting":
      return entrant.tuning.rangeTest === null ? "not started" : "range test ended";
    case "tuning":
      return `tuning, ${entrant.tuning.trainings.length} of ${counted(tuning, "training")}`;
    case "training":
      return `training, ${ended} of ${counted(seeds.length, "seed")}`;
    case "dropped":
      return ended === 0 ? "dropped after tuning" : `dropped after ${counted(ended, "seed")}`;
    case "no rate":
      return "diverges at every rate";
    case "failed":
      return "failed";
    case "finished":
      return finishedText(entrant, ended, target);
  }
}

function finishedText(entrant: EntrantResult, ended: number, target: number | null): string {
  const diverged = entrant.seeds.filter((outcome) => outcome?.kind === "diverged").length;
  if (diverged > 0) return `${diverged} of ${counted(ended, "training")} diverged`;
  if (target !== null && entrant.target && entrant.target.reached < ended) {
    const { reached } = entrant.target;
    return reached === 0 ? "target not reached" : `target reached by ${reached} of ${counted(ended, "seed")}`;
  }
  return "finished";
}
