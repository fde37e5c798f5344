import { choice, number, type OptionalArgument, optional } from "../schedules/arguments.ts";
import { show } from "../show.ts";

export interface Better {
  /** Whether lower (`min`) or higher (`max`) is better. */
  readonly mode: "min" | "max";
  /** By how much it must be better to count. */
  readonly threshold: number;
  /** The threshold is a share of the best so far (`rel`: for metrics above 0 only), or a difference (`abs`). */
  readonly thresholdMode: "rel" | "abs";
}

/** The arguments that say what "better" means, in PyTorch's words. */
export const betterArguments = (
  defaults: Omit<Better, "mode">,
): { readonly [K in keyof Better]: OptionalArgument<Better[K]> } => ({
  mode: optional(choice(["min", "max"]), "min"),
  threshold: optional(number("[0, inf)"), defaults.threshold),
  thresholdMode: optional(choice(["rel", "abs"]), defaults.thresholdMode),
});

/** Compares as PyTorch's `ReduceLROnPlateau`. The first finite metric is better than none; NaN is never better. */
export function isBetter(
  owner: string,
  metric: number,
  best: number | null,
  { mode, threshold, thresholdMode }: Better,
): boolean {
  if (typeof metric !== "number") throw new TypeError(`${owner}: metric = ${show(metric)}: expected a number`);
  if (best === null) return Number.isFinite(metric);
  const sign = mode === "min" ? -1 : 1;
  const needed = thresholdMode === "rel" ? best * (1 + sign * threshold) : best + sign * threshold;
  return mode === "min" ? metric < needed : metric > needed;
}
