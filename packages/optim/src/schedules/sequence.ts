import { numberAt } from "../number-at.ts";
import { milestones, scheduleList } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { begunAt } from "./moments.ts";
import type { Schedule } from "./schedule.ts";
import { boundariesReached, since } from "./time.ts";

/**
 * Schedules in sequence, as PyTorch's `SequentialLR`: at each milestone the next one begins, at its own step 0. If
 * milestones coincide, the last of their schedules begins. A sequence inside a sequence also begins at its step 0;
 * PyTorch's is one step ahead.
 * @example sequence({ schedules: [linear({ base: 0.1, totalIters: 5 }), cosine({ base: 0.1, tMax: 95 })], milestones: [5] })
 */
export const sequence = /* @__PURE__ */ defineSchedule({
  name: "sequence",
  title: "Sequence",
  source: "https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.SequentialLR.html",
  arguments: {
    /** Schedules in their order; each begins at its own step 0. */
    schedules: scheduleList(),
    /** Steps at which each schedule but the first begins. */
    milestones: milestones(),
  },
  check: ({ schedules, milestones }) =>
    milestones.length === schedules.length - 1
      ? undefined
      : `${schedules.length} schedules with ${milestones.length} milestones: expected ${schedules.length - 1}, the step at which each but the first begins`,
  values: ({ schedules, milestones }) => {
    const starts = [0, ...milestones];
    return (step) => {
      const part = boundariesReached(milestones, step);
      return (schedules[part] as Schedule)(since(step, numberAt(starts, part)));
    };
  },
  moments: ({ schedules, milestones }) =>
    schedules.flatMap((schedule, i) => {
      const start = milestones[i - 1];
      const next = milestones[i];
      const all = begunAt(schedule.moments, start ?? 0);
      // A part may be cut off by the next one, or hold its last value until then.
      const own =
        next === undefined
          ? all
          : all.filter(({ step }) => step <= next).map((moment) => ({ ...moment, isFinal: false }));
      return start === undefined ? own : [{ name: "milestone", step: start, type: "change" } as const, ...own];
    }),
  end: ({ schedules, milestones }) => (milestones.at(-1) ?? 0) + (schedules.at(-1) as Schedule).end,
});
