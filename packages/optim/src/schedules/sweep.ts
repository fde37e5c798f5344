import { choice, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { interpolations } from "./interpolate.ts";

/**
 * Rates of a range test: from `from` at step 0 to `to` at step `steps - 1`, both exactly, at equal factors
 * (`exponential`) or equal differences (`linear`). The defaults are fastai's.
 */
export const sweep = /* @__PURE__ */ defineSchedule({
  name: "sweep",
  title: "Range test",
  source: "https://arxiv.org/abs/1506.01186",
  arguments: {
    /** First rate. Default 1e-7. */
    from: optional(number("(0, inf)"), 1e-7),
    /** Last rate. Default 10. */
    to: optional(number("(0, inf)"), 10),
    /** Number of rates, at least 2. Default 100. */
    steps: optional(number("[2, inf) whole"), 100),
    /** Rates at equal factors (`"exponential"`) or at equal differences (`"linear"`). Default `"exponential"`. */
    spacing: optional(choice(["exponential", "linear"]), "exponential"),
  },
  check: ({ from, to }) => (from < to ? undefined : `from = ${from}: expected it below to = ${to}`),
  values: ({ from, to, steps, spacing }) => {
    const interpolate = interpolations[spacing];
    return (step) => (step < steps - 1 ? interpolate(from, to, step / (steps - 1)) : to);
  },
  moments: ({ steps }) => [{ name: "end", step: steps - 1, type: "close" }],
  end: ({ steps }) => steps - 1,
});
