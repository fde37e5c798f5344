import { reductions } from "../vocabularies/reductions.ts";
import { defineWrapper } from "./wrap.ts";

/** Numbers of the betas 1 - 0.1^k, of which Mechanic finds the best mix. */
const BETAS = [1, 2, 3, 4, 5, 6];
const each = (line: (k: number) => string): string[] => BETAS.map(line);
const sum = BETAS.map((k) => `tuned${k}`).join(" + ");

/**
 * Mechanic (Cutkosky et al., https://arxiv.org/abs/2306.00144): learns the factor of the learning rate of any rule, by
 * betting on the direction of its steps since the start. Set the rule's `lr` to 1, or to a schedule with a peak of 1; a
 * schedule is still needed. It keeps the initial weights. Not for rules that normalize whole tensors, such as LARS and
 * LAMB, nor for rules that find their own rate.
 *
 * @example
 * mechanic(adamw({ lr: cosine({ base: 1, tMax: 1000 }) }));
 */
export const mechanic = /* @__PURE__ */ defineWrapper({
  name: "mechanic",
  uses: [reductions],
  hyperparameters: {
    /** First factor of the learning rate. Default 1e-6. */
    firstFactor: 1e-6,
    /** Weight decay in the factor's gradient, which steadies the factor; the weights do not decay. Default 0.01. */
    mechanicDecay: 0.01,
    /** Number added to divisors, so that they are never 0. Default 1e-8. */
    mechanicEps: 1e-8,
  },
  ranges: { firstFactor: "(0, inf)", mechanicDecay: "[0, inf)", mechanicEps: "[0, inf)" },
  state: ["origin", ...BETAS.flatMap((k) => [`peak${k}`, `spread${k}`, `reward${k}`, `tuned${k}`])],
  first: ["origin = t == 1 ? w : origin"],
  before: [
    ...each((k) => `tuned${k} = t == 1 ? firstFactor : tuned${k}`),
    `factor = ${sum}`,
    "uphill = maximize ? -g : g",
    "steadied = uphill + mechanicDecay * factor * totalNorm(g) / (totalNorm(w) + mechanicEps) * w",
    "path = (origin - w) / (factor + mechanicEps)",
    "gain = totalSum(steadied * path)",
    "unmoved = w",
  ],
  after: [
    "path = path + unmoved - w",
    ...each((k) => `reward${k} = (1 - 0.1^${k}) * reward${k} + clamp(gain, -peak${k}, peak${k}) * tuned${k}`),
    ...each((k) => `peak${k} = max((1 - 0.1^${k}) * peak${k}, abs(gain) + mechanicEps)`),
    ...each((k) => `spread${k} = (1 - 0.1^${k})^2 * spread${k} + gain^2`),
    ...each((k) => `tuned${k} = (firstFactor / 6 * peak${k} + max(0, reward${k})) / (sqrt(spread${k}) + mechanicEps)`),
    `w = origin - (${sum}) * path`,
  ],
});
