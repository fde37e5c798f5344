import { duration, flag, number, optional } from "./arguments.ts";
import { interpolations } from "./interpolate.ts";
import { defineModifier } from "./modifier.ts";
import { begunAt } from "./moments.ts";
import { reached, since } from "./time.ts";

/**
 * A linear warm-up of `steps` steps before a schedule, starting at `startFactor` times the value to which it leads.
 *
 * By default the schedule begins, at its step 0, when the warm-up is over, so that both together take `steps` more (as
 * in Keras and PyTorch's `SequentialLR`). With `inside` the schedule starts at once, and the warm-up replaces its first
 * steps and leads to its value there (as in Optax).
 * @example
 * warmup(cosine({ base: 0.1, tMax: 900 }), { steps: 100 }); // ends at step 1000
 * warmup(cosine({ base: 0.1, tMax: 1000 }), { steps: 100, inside: true }); // ends at step 1000
 */
export const warmup = /* @__PURE__ */ defineModifier({
  name: "warmup",
  title: "Warm-up",
  source: "https://arxiv.org/abs/1706.02677",
  arguments: {
    /** Length of the warm-up, in steps. */
    steps: duration(),
    /** Factor of the value to which the warm-up leads, at step 0, in [0, 1]. Default 0. */
    startFactor: optional(number("[0, 1]"), 0),
    /** True if the warm-up replaces the schedule's first steps instead of coming before them. Default false. */
    inside: optional(flag(), false),
  },
  check: ({ schedule, steps, inside }) =>
    inside && !reached(schedule.end, steps)
      ? `steps = ${steps}: expected at most ${schedule.end}, where the schedule ends; or inside: false, for a warm-up before it`
      : undefined,
  values: ({ schedule, steps, startFactor, inside }) => {
    const delay = inside ? 0 : steps;
    const goal = schedule(steps - delay);
    return (step) =>
      reached(step, steps)
        ? schedule(since(step, delay))
        : interpolations.linear(startFactor * goal, goal, step / steps);
  },
  moments: ({ schedule, steps, inside }) => [
    { name: "end of the warm-up", step: steps, type: "change" },
    ...begunAt(schedule.moments, inside ? 0 : steps).map((moment) => ({
      ...moment,
      begins: Math.max(steps, moment.begins),
    })),
  ],
  end: ({ schedule, steps, inside }) => (inside ? Math.max(steps, schedule.end) : steps + schedule.end),
});
