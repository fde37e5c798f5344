import { duration, flag, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { interpolations } from "./interpolate.ts";
import { endOf } from "./moments.ts";
import { reached } from "./time.ts";

/**
 * Cosine annealing: from the base down to `etaMin` in `tMax` steps along half a cosine. The default choice if the
 * length of the training is known. It holds `etaMin` from then on; with `periodic` it rises and falls again every `2 *
 * tMax` steps, as PyTorch's `CosineAnnealingLR` does.
 */
export const cosine = /* @__PURE__ */ defineSchedule({
  name: "cosine",
  title: "Cosine",
  source: "https://arxiv.org/abs/1608.03983",
  arguments: {
    /** Value at step 0. */
    base: number(),
    /** Steps from the base to `etaMin`. */
    tMax: duration(),
    /** Value at the end of the annealing. Default 0. */
    etaMin: optional(number(), 0),
    /** True to rise and fall again every `2 * tMax` steps, as PyTorch does. Default false. */
    periodic: optional(flag(), false),
  },
  values: ({ base, tMax, etaMin, periodic }) => {
    if (periodic) {
      return (step) => {
        const periods = step / (2 * tMax);
        return interpolations.cosine(base, etaMin, 2 * (periods - Math.floor(periods)));
      };
    }
    return (step) => (reached(step, tMax) ? etaMin : interpolations.cosine(base, etaMin, step / tMax));
  },
  moments: ({ base, tMax, etaMin, periodic }) => [
    periodic ? { name: "turn", step: tMax, type: "close" } : endOf(tMax, base, etaMin),
  ],
  end: ({ tMax, periodic }) => (periodic ? Number.POSITIVE_INFINITY : tMax),
});
