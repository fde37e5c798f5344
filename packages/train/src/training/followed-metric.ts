import { TrainError } from "../error.ts";
import type { Evaluation } from "../evaluation/scores.ts";

/** Metric that a callback follows. */
export interface FollowedMetric {
  /** "loss", "accuracy", "top5", or a metric of the training by its name. Default "loss". */
  readonly metric?: string;
  /** Direction of improvement. Default "max" for "accuracy" and "top5", otherwise "min". */
  readonly mode?: "min" | "max";
}

/** Returns the default direction of improvement of a metric. */
export const modeOf = (metric: string): "min" | "max" => (metric === "accuracy" || metric === "top5" ? "max" : "min");

type Followed = Pick<Evaluation, "loss" | "accuracy"> & Partial<Pick<Evaluation, "top5" | "metrics">>;

/**
 * Returns a metric of an evaluation, or of the training line of an epoch.
 * @param place name of the callback, for errors
 * @throws TrainError for an unknown metric
 */
export function metricIn({ loss, accuracy, top5, metrics = {} }: Followed, metric: string, place: string): number {
  const known: Readonly<Record<string, number>> = {
    loss,
    ...(Number.isNaN(accuracy) ? {} : { accuracy, ...(top5 === undefined ? {} : { top5 }) }),
    ...metrics,
  };
  const value = Object.hasOwn(known, metric) ? known[metric] : undefined;
  if (value !== undefined) return value;
  throw new TrainError(`${place}: metric = ${metric}. Expected one of the training: ${Object.keys(known).join(", ")}.`);
}
