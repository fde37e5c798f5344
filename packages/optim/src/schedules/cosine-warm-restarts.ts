import { duration, number, optional } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { interpolations } from "./interpolate.ts";
import { reached, since, wholeLengths } from "./time.ts";

/**
 * SGDR: cosine annealing from the base to `etaMin` with restarts. The first cycle takes `t0` steps and each later one
 * `tMult` times as many; the height of each peak above `etaMin` is `peakDecay` times that of the one before. As
 * PyTorch's `CosineAnnealingWarmRestarts`, which has no decay of the peaks (1 here by default) and whole cycle lengths
 * only.
 */
export const cosineWarmRestarts = /* @__PURE__ */ defineSchedule({
  name: "cosineWarmRestarts",
  title: "Cosine with warm restarts",
  source: "https://arxiv.org/abs/1608.03983",
  arguments: {
    /** Value at the start of the first cycle. */
    base: number(),
    /** Length of the first cycle, in steps. */
    t0: duration(),
    /** Length of each cycle relative to the one before, at least 1. Default 1. */
    tMult: optional(number("[1, inf)"), 1),
    /** Lowest value, at the end of each cycle. Default 0. */
    etaMin: optional(number(), 0),
    /** Height of each peak above `etaMin` relative to the one before, in (0, 1]. Default 1. */
    peakDecay: optional(number("(0, 1]"), 1),
  },
  values: ({ base, t0, tMult, etaMin, peakDecay }) => {
    const cycleOf = (time: number) => {
      const cycle = cycleAt(time, tMult);
      const peak = etaMin + (base - etaMin) * peakDecay ** cycle;
      return { start: startOf(cycle, tMult), end: startOf(cycle + 1, tMult), length: tMult ** cycle, peak };
    };
    // Kept from step to step, because most steps are in the same cycle and the powers take most of the time.
    let cycle = cycleOf(0);
    return (step) => {
      const time = step / t0;
      if (!reached(time, cycle.start) || reached(time, cycle.end)) cycle = cycleOf(time);
      return interpolations.cosine(cycle.peak, etaMin, since(time, cycle.start) / cycle.length);
    };
  },
  moments: ({ t0 }) => [{ name: "end of the first cycle", step: t0, type: "close" }],
});

/** Returns the start of a cycle, in lengths of the first cycle: the sum of a geometric series. */
const startOf = (cycle: number, tMult: number): number => (tMult === 1 ? cycle : (tMult ** cycle - 1) / (tMult - 1));

function cycleAt(time: number, tMult: number): number {
  if (tMult === 1) return wholeLengths(time, 1);
  const estimate = Math.floor(Math.log1p(time * (tMult - 1)) / Math.log(tMult));
  // The logarithm may round to the wrong side of a restart.
  if (reached(time, startOf(estimate + 1, tMult))) return estimate + 1;
  return reached(time, startOf(estimate, tMult)) ? estimate : estimate - 1;
}
