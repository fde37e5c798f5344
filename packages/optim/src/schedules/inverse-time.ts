import { duration, flag, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { wholeLengths } from "./time.ts";

/**
 * `base / (1 + decay * step / decaySteps)`: the `decay` hyperparameter of Keras's first optimizers, and of Robbins and
 * Monro's conditions for convergence. With `staircase` it falls every `decaySteps` steps, as Keras's `InverseTimeDecay`.
 */
export const inverseTime = /* @__PURE__ */ defineSchedule({
  name: "inverseTime",
  title: "Inverse time",
  source: "https://keras.io/api/optimizers/learning_rate_schedules/inverse_time_decay/",
  arguments: {
    base: number(),
    decay: number("[0, inf)"),
    decaySteps: optional(duration(), 1),
    staircase: optional(flag(), false),
  },
  values: ({ base, decay, decaySteps, staircase }) =>
    staircase
      ? (step) => base / (1 + decay * wholeLengths(step, decaySteps))
      : (step) => base / (1 + (decay * step) / decaySteps),
  moments: ({ decay, decaySteps, staircase }) =>
    staircase && decay > 0 ? [{ name: "first change", step: decaySteps, type: "change" }] : [],
});
