import { duration, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";

/**
 * `base / sqrt(1 + step / timescale)`, as in "Scaling Vision Transformers": nothing in it says when training ends, so
 * a run can be lengthened, and cooled down at any time. Put a warm-up before it: `warmup(reciprocalSqrt(...), ...)`.
 */
export const reciprocalSqrt = /* @__PURE__ */ defineSchedule({
  name: "reciprocalSqrt",
  title: "Reciprocal square root",
  source: "https://arxiv.org/abs/2106.04560",
  arguments: { base: number(), timescale: optional(duration(), 10_000) },
  values:
    ({ base, timescale }) =>
    (step) =>
      base / Math.sqrt(1 + step / timescale),
});
