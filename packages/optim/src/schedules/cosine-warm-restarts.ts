import { duration, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { interpolations } from "./interpolate.ts";
import { reached, since, wholeLengths } from "./time.ts";

/**
 * SGDR: cosine annealing from the base to `etaMin`, again and again. The first cycle takes `t0` steps, each further one
 * `tMult` times as many; its peak stands `peakDecay` times as high above `etaMin` as the one before. As PyTorch's
 * `CosineAnnealingWarmRestarts`, which has no decay of the peaks (here 1 by default) and whole cycles only.
 */
export const cosineWarmRestarts = /* @__PURE__ */ defineSchedule({
  name: "cosineWarmRestarts",
  title: "Cosine with warm restarts",
  source: "https://arxiv.org/abs/1608.03983",
  arguments: {
    base: number(),
    t0: duration(),
    tMult: optional(number("[1, inf)"), 1),
    etaMin: optional(number(), 0),
    peakDecay: optional(number("(0, 1]"), 1),
  },
  values: ({ base, t0, tMult, etaMin, peakDecay }) => {
    const cycleOf = (time: number) => {
      const cycle = cycleAt(time, tMult);
      const peak = etaMin + (base - etaMin) * peakDecay ** cycle;
      return { start: startOf(cycle, tMult), end: startOf(cycle + 1, tMult), length: tMult ** cycle, peak };
    };
    // Kept from one step to the next, which is nearly always in the same cycle: powers are most of the time.
    let cycle = cycleOf(0);
    return (step) => {
      const time = step / t0;
      if (!reached(time, cycle.start) || reached(time, cycle.end)) cycle = cycleOf(time);
      return interpolations.cosine(cycle.peak, etaMin, since(time, cycle.start) / cycle.length);
    };
  },
  moments: ({ t0 }) => [{ name: "end of the first cycle", step: t0, type: "close" }],
});

/** When a cycle starts, in lengths of the first: the sum of a geometric series. */
const startOf = (cycle: number, tMult: number): number => (tMult === 1 ? cycle : (tMult ** cycle - 1) / (tMult - 1));

function cycleAt(time: number, tMult: number): number {
  if (tMult === 1) return wholeLengths(time, 1);
  const estimate = Math.floor(Math.log1p(time * (tMult - 1)) / Math.log(tMult));
  // The logarithm may end up on the wrong side of a restart.
  if (reached(time, startOf(estimate + 1, tMult))) return estimate + 1;
  return reached(time, startOf(estimate, tMult)) ? estimate : estimate - 1;
}
