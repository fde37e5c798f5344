import { duration, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";

/**
 * `base / sqrt(1 + step / timescale)`, as in "Scaling Vision Transformers". It does not depend on the length of
 * training, so a run can be lengthened, or cooled down at any time. Add a warm-up: `warmup(reciprocalSqrt(...), ...)`.
 */
export const reciprocalSqrt = /* @__PURE__ */ defineSchedule({
  name: "reciprocalSqrt",
  title: "Reciprocal square root",
  source: "https://arxiv.org/abs/2106.04560",
  arguments: {
    /** Value at step 0. */
    base: number(),
    /** Steps after which the value is `base / sqrt(2)`. Default 10_000. */
    timescale: optional(duration(), 10_000),
  },
  values:
    ({ base, timescale }) =>
    (step) =>
      base / Math.sqrt(1 + step / timescale),
});
