import { nullable, number } from "./arguments.ts";
import { defineModifier } from "./modifier.ts";

/** A schedule that goes no lower than `min` and no higher than `max`, where they are given. */
export const clamp = /* @__PURE__ */ defineModifier({
  name: "clamp",
  title: "Clamped",
  arguments: {
    min: nullable(number()),
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
