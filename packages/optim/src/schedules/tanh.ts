import { duration, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { endOf } from "./moments.ts";

/**
 * Hyperbolic-tangent decay from about the base to about `etaMin`: high for long, then a quick fall. The curve is tanh
 * between `lowerBound` and `upperBound`, by default timm's (the paper finds -6 and 3 best); the ratio of the two says when
 * it falls. As a tanh never arrives, with the defaults it starts 1e-6 below the base and ends at 0.0025 of it.
 */
export const tanh = /* @__PURE__ */ defineSchedule({
  name: "tanh",
  title: "Hyperbolic tangent",
  source: "https://arxiv.org/abs/1806.01593",
  arguments: {
    base: number(),
    totalSteps: duration(),
    etaMin: optional(number(), 0),
    lowerBound: optional(number(), -7),
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
