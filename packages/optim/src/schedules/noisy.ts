import { mix, randomAt } from "../random.ts";
import { number, optional } from "./arguments.ts";
import { defineModifier } from "./modifier.ts";
import { wholeLengths } from "./time.ts";

/**
 * A schedule with noise: each whole step's value changes by a share of it, uniform in [-amount, amount). The noise is a
 * function of seed and step, so it is the same in every run, resumed or not.
 * @example noisy(cosine({ base: 0.1, tMax: 1000 }), { amount: 0.2, seed: 7 })
 */
export const noisy = /* @__PURE__ */ defineModifier({
  name: "noisy",
  title: "Noisy",
  source: "https://timm.fast.ai/schedulers",
  arguments: {
    /** Largest noise, as a share of the value, in [0, 1]. Default 0.1. */
    amount: optional(number("[0, 1]"), 0.1),
    /** Random seed of the noise, a whole number below 2^32. Default 0. */
    seed: optional(number("[0, 4294967295] whole"), 0),
  },
  values: ({ schedule, amount, seed }) => {
    const key = mix(seed);
    return (step) => schedule(step) * (1 + amount * (2 * randomAt(wholeLengths(step, 1), key, 0) - 1));
  },
  moments: ({ schedule }) => schedule.moments,
});
