import { optimizerNamed } from "../config/optimizer.ts";
import type { RunConfig } from "../config/resolve.ts";
import type { GivenConfig } from "../config/schema.ts";
import { FINDER_DEFAULTS } from "../finder/options.ts";

/** Where a run's learning rate comes from. */
export type RateSource =
  /** The configuration. */
  | { readonly kind: "stated" }
  /** A range test of so many steps before the run. */
  | { readonly kind: "search"; readonly steps: number }
  /** The default: the optimizer needs no other, or a range test would take too large a part of so short a run. */
  | { readonly kind: "default"; readonly because: "learning-rate-free" | "short" };

/** A range test has this share of a run's steps, within bounds. */
const SHARE = 0.1;
/** Of fewer steps a curve says little; more make it no better. */
const [FEWEST, MOST] = [100, FINDER_DEFAULTS.steps];
/** In a run of fewer steps, the shortest test would be more than half of the work. */
const SHORTEST_RUN = 2 * FEWEST;

/**
 * Where a run's learning rate comes from: unless it is stated, it is searched, and `auto` means that it is whatever it
 * costs.
 * @param totalSteps of the run
 */
export function rateSource(given: GivenConfig, config: RunConfig, totalSteps: number): RateSource {
  if (typeof given.lr === "number") return { kind: "stated" };
  if (given.lr === undefined) {
    if (optimizerNamed(config.optimizer).learningRateFree) return { kind: "default", because: "learning-rate-free" };
    if (totalSteps < SHORTEST_RUN) return { kind: "default", because: "short" };
  }
  return { kind: "search", steps: Math.min(MOST, Math.max(FEWEST, Math.round(SHARE * totalSteps))) };
}
