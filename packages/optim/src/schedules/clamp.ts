import { nullable, number } from "./arguments.ts";
import { defineModifier } from "./modifier.ts";

/** A schedule limited to values between `min` and `max`, where given. */
export const clamp = /* @__PURE__ */ defineModifier({
  name: "clamp",
  title: "Clamped",
  arguments: {
    /** Lowest value. Default null: no bound. */
    min: nullable(number()),
    /** Highest value. Default null: no bound. */
    max: nullable(number()),
  },
  check: ({ min, max }) =>
    min !== null && max !== null && min > max ? `min = ${min}: expected at most max = ${max}` : undefined,
  values: ({ schedule, min, max }) => {
    const [low, high] = [min ?? Number.NEGATIVE_INFINITY, max ?? Number.POSITIVE_INFINITY];
    return (step) => Math.min(high, Math.max(low, schedule(step)));
  },
  moments: ({ schedule }) => schedule.moments,
  end: ({ schedule }) => schedule.end,
});
