import type { StepFunction } from "../definition/hyperparameters.ts";
import type { Description } from "./description.ts";
import type { Moment } from "./moments.ts";

/**
 * A value for every step: a pure function of it, so a run can be resumed, previewed and shared. Give it to an optimizer
 * in the place of any number: `adam({ lr: cosine({ base: 0.001, tMax: 1000 }) })`.
 */
export interface Schedule extends StepFunction {
  /**
   * The value at a step.
   * @param step 0-based, finite; fractions lie between steps (see `inEpochs`)
   * @throws RangeError where the step is negative or not finite
   */
  (step: number): number;
  /** Plain JSON from which `schedules.build` makes the same schedule. */
  readonly description: Description;
  /** The step from which the last value holds; `Infinity` for a schedule that goes on changing. */
  readonly end: number;
  /** The steps at which it does what its name promises (see `scheduleFindings`). */
  readonly moments: readonly Moment[];
}
