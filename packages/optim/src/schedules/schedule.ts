import type { StepFunction } from "../definition/hyperparameters.ts";
import type { Description } from "./description.ts";
import type { Moment } from "./moments.ts";

/**
 * Value for every step: a pure function, so a run can be resumed, previewed and shared. Pass it to an optimizer in
 * place of any number: `adam({ lr: cosine({ base: 0.001, tMax: 1000 }) })`.
 */
export interface Schedule extends StepFunction {
  /**
   * Returns the value at a step.
   * @param step 0-based, finite; fractions lie between steps (see `inEpochs`)
   * @throws RangeError if the step is negative or not finite
   */
  (step: number): number;
  /** Plain JSON from which `schedules.build` makes the same schedule. */
  readonly description: Description;
  /** Step from which the last value holds; `Infinity` for a schedule that never stops changing. */
  readonly end: number;
  /** Steps at which it does what its name promises (see `scheduleFindings`). */
  readonly moments: readonly Moment[];
}
