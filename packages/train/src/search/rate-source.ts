import { optimizerNamed } from "../config/optimizer.ts";
import type { RunConfig } from "../config/run-config.ts";
import type { GivenConfig } from "../config/schema.ts";
import { FINDER_DEFAULTS } from "../range-test/options.ts";

/** Where a run's learning rate comes from. */
export type RateSource =
  /** The configuration. */
  | { readonly kind: "stated" }
  /** A range test of so many steps before the run. */
  | { readonly kind: "search"; readonly steps: number }
  /** The default: the optimizer needs no other, or the run is shorter than a range test. */
  | { readonly kind: "default"; readonly because: "learning-rate-free" | "short" };

/** A range test has this share of a run's steps, within bounds. */
const SHARE = 0.1;
/** Suggestions of 200 steps are a little worse than those of 400; 100 steps often show no rate at all. */
const [FEWEST, MOST] = [200, FINDER_DEFAULTS.steps];

/**
 * Where a run's learning rate comes from: unless it is stated, it is searched, and `auto` means that it is whatever it
 * costs.
 * @param totalSteps of the run
 */
export function rateSource(given: GivenConfig, config: RunConfig, totalSteps: number): RateSource {
  if (typeof given.lr === "number") return { kind: "stated" };
  if (given.lr === undefined) {
    if (optimizerNamed(config.optimizer).learningRateFree) return { kind: "default", because: "learning-rate-free" };
    if (totalSteps < FEWEST) return { kind: "default", because: "short" };
  }
  return { kind: "search", steps: Math.min(MOST, Math.max(FEWEST, Math.round(SHARE * totalSteps))) };
}
