import { optimizerNamed } from "../config/optimizer.ts";
import type { RunConfig } from "../config/run-config.ts";
import type { GivenConfig } from "../config/schema.ts";
import { FINDER_DEFAULTS } from "../range-test/options.ts";

/** Source of a run's learning rate. */
export type RateSource =
  /** The configuration states it. */
  | { readonly kind: "stated" }
  /** A range test before the run finds it. */
  | { readonly kind: "search"; readonly steps: number }
  /** The default applies: the optimizer needs no other, or the run is shorter than a range test. */
  | { readonly kind: "default"; readonly because: "learning-rate-free" | "short" };

/** Length of a range test relative to the run, within bounds. */
const SHARE = 0.1;
/** Bounds of the steps: suggestions from 200 steps are slightly worse than from 400; 100 steps often suggest no rate. */
const [FEWEST, MOST] = [200, FINDER_DEFAULTS.steps];

/**
 * Returns the source of a run's learning rate. Unless the configuration states a number, a range test finds it; "auto"
 * requires the test even for short runs and learning-rate-free optimizers.
 * @param totalSteps number of steps of the run
 */
export function rateSource(given: GivenConfig, config: RunConfig, totalSteps: number): RateSource {
  if (given.lr !== undefined && given.lr !== "auto") return { kind: "stated" };
  if (given.lr === undefined) {
    if (optimizerNamed(config.optimizer).learningRateFree) return { kind: "default", because: "learning-rate-free" };
    if (totalSteps < FEWEST) return { kind: "default", because: "short" };
  }
  return { kind: "search", steps: Math.min(MOST, Math.max(FEWEST, Math.round(SHARE * totalSteps))) };
}
