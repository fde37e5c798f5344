import { duration, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { endOf } from "./moments.ts";

/**
 * Hyperbolic-tangent decay from about the base to about `etaMin`: high for a long time, then a quick fall. The curve is
 * tanh between `lowerBound` and `upperBound`, by default timm's (the paper finds -6 and 3 best); their ratio determines
 * when it falls. Because tanh never reaches its limits, with the defaults it starts 1e-6 below the base and ends at
 * 0.0025 times the base.
 */
export const tanh = /* @__PURE__ */ defineSchedule({
  name: "tanh",
  title: "Hyperbolic tangent",
  source: "https://arxiv.org/abs/1806.01593",
  arguments: {
    /** Value at step 0, approximately. */
    base: number(),
    /** Length of the schedule, in steps. */
    totalSteps: duration(),
    /** Value at the end, approximately. Default 0. */
    etaMin: optional(number(), 0),
    /** Argument of tanh at step 0. Default -7. */
    lowerBound: optional(number(), -7),
    /** Argument of tanh at the end. Default 3. */
    upperBound: optional(number(), 3),
  },
  check: ({ lowerBound, upperBound }) =>
    lowerBound < upperBound ? undefined : `lowerBound = ${lowerBound}: expected it below upperBound = ${upperBound}`,
  values:
    ({ base, totalSteps, etaMin, lowerBound, upperBound }) =>
    (step) => {
      const position = Math.min(1, step / totalSteps);
      return etaMin + ((base - etaMin) * (1 - Math.tanh(lowerBound * (1 - position) + upperBound * position))) / 2;
    },
  moments: ({ base, totalSteps, etaMin }) => [endOf(totalSteps, base, etaMin)],
  end: ({ totalSteps }) => totalSteps,
});
