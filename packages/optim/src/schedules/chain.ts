import { scheduleList } from "./arguments.ts";
import { defineSchedule } from "./define.ts";
import { finite } from "./power.ts";

/**
 * Product of schedules that all start at step 0, as PyTorch's `ChainedScheduler`: one of them has the base value, the
 * others a base of 1. In PyTorch, cosine annealing with an `eta_min` or past its `T_max`, warm restarts, cycles and
 * OneCycle set the rate instead of multiplying it, so there they undo the other schedulers; here all schedules
 * multiply.
 * @example chain({ schedules: [constant({ base: 1, factor: 0.1, totalIters: 2 }), exponential({ base: 0.05, gamma: 0.9 })] })
 */
export const chain = /* @__PURE__ */ defineSchedule({
  name: "chain",
  title: "Chain",
  source: "https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ChainedScheduler.html",
  arguments: { schedules: scheduleList() },
  values:
    ({ schedules }) =>
    (step) => {
      let product = 1;
      for (const schedule of schedules) product = finite(product * schedule(step));
      return product;
    },
  moments: ({ schedules }) => schedules.flatMap(({ moments }) => moments),
  end: ({ schedules }) => Math.max(...schedules.map(({ end }) => end)),
});
