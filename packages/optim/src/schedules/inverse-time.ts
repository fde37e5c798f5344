import { duration, flag, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { wholeLengths } from "./time.ts";

/**
 * `base / (1 + decay * step / decaySteps)`: the `decay` hyperparameter of Keras's first optimizers, and the form of
 * Robbins and Monro's conditions for convergence. With `staircase` it falls every `decaySteps` steps, as Keras's
 * `InverseTimeDecay`.
 */
export const inverseTime = /* @__PURE__ */ defineSchedule({
  name: "inverseTime",
  title: "Inverse time",
  source: "https://keras.io/api/optimizers/learning_rate_schedules/inverse_time_decay/",
  arguments: {
    /** Value at step 0. */
    base: number(),
    /** Relative fall per `decaySteps` steps at the start. */
    decay: number("[0, inf)"),
    /** Steps per unit of decay. Default 1. */
    decaySteps: optional(duration(), 1),
    /** True to fall every `decaySteps` steps instead of at every step. Default false. */
    staircase: optional(flag(), false),
  },
  values: ({ base, decay, decaySteps, staircase }) =>
    staircase
      ? (step) => base / (1 + decay * wholeLengths(step, decaySteps))
      : (step) => base / (1 + (decay * step) / decaySteps),
  moments: ({ decay, decaySteps, staircase }) =>
    staircase && decay > 0 ? [{ name: "first change", step: decaySteps, type: "change" }] : [],
});
