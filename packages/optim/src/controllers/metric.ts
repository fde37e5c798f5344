import { type Argument, choice, number, type OptionalArgument, optional } from "../schedules/arguments.ts";
import { show } from "../show.ts";

export interface Better {
  /** Direction of improvement: lower (`min`) or higher (`max`). */
  readonly mode: "min" | "max";
  /** Smallest improvement that counts. */
  readonly threshold: number;
  /** Unit of the threshold: a share of the best so far (`rel`, for metrics above 0 only) or a difference (`abs`). */
  readonly thresholdMode: "rel" | "abs";
}

/** Arguments that define an improvement, with PyTorch's names. */
export const betterArguments = (
  defaults: Omit<Better, "mode">,
): { readonly [K in keyof Better]: OptionalArgument<Better[K]> } => ({
  /** Direction of improvement: `"min"` for a loss, `"max"` for an accuracy. Default `"min"`. */
  mode: optional(choice(["min", "max"]), "min"),
  /** Smallest improvement that counts. */
  threshold: optional(number("[0, inf)"), defaults.threshold),
  /** Unit of the threshold: a share of the best metric (`"rel"`) or a difference (`"abs"`). */
  thresholdMode: optional(choice(["rel", "abs"]), defaults.thresholdMode),
});

/**
 * Compares as PyTorch's `ReduceLROnPlateau`: infinities are numbers, and the best before the first metric is the worst
 * possible one. NaN is never better.
 */
export function isBetter(
  owner: string,
  metric: number,
  best: number | null,
  { mode, threshold, thresholdMode }: Better,
): boolean {
  if (typeof metric !== "number") throw new TypeError(`${owner}: metric = ${show(metric)}: expected a number`);
  const sign = mode === "min" ? -1 : 1;
  const before = best ?? -sign * Number.POSITIVE_INFINITY;
  const needed = thresholdMode === "rel" ? before * (1 + sign * threshold) : before + sign * threshold;
  return mode === "min" ? metric < needed : metric > needed;
}

/** A metric in a saved state. Infinities are strings, because JSON has no infinities. */
export type SavedMetric = number | "Infinity" | "-Infinity";

const INFINITE: readonly unknown[] = ["Infinity", "-Infinity"];

export const saveMetric = (metric: number): SavedMetric =>
  // JSON writes -0 as 0, which compares alike.
  Number.isFinite(metric) ? metric + 0 : metric > 0 ? "Infinity" : "-Infinity";

/** Best metric in a saved state; null before the first observation. */
export const savedMetric = (): Argument<SavedMetric | null> => ({
  expected: 'a number, "Infinity", "-Infinity" or null',
  accepts: (value): value is SavedMetric | null =>
    value === null || (typeof value === "number" && !Number.isNaN(value)) || INFINITE.includes(value),
});

export const readMetric = (saved: SavedMetric | null): number | null => (saved === null ? null : Number(saved));
