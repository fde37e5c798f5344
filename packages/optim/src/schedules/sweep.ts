import { choice, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { interpolations } from "./interpolate.ts";

/**
 * The rates of a range test: from `from` at step 0 to `to` at step `steps - 1`, both exactly, each a fixed factor above the
 * one before (`exponential`), or a fixed difference (`linear`). The defaults are fastai's.
 */
export const sweep = /* @__PURE__ */ defineSchedule({
  name: "sweep",
  title: "Range test",
  source: "https://arxiv.org/abs/1506.01186",
  arguments: {
    from: optional(number("(0, inf)"), 1e-7),
    to: optional(number("(0, inf)"), 10),
    steps: optional(number("[2, inf) whole"), 100),
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
