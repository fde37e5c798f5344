import type { Group, Optimizer, Schedule, StepFunction } from "@downhill/optim";
import { mapParts } from "@downhill/optim/rule";

type Setting = Optimizer["parts"]["hyperparameters"][string];

/**
 * Returns the optimizer with the learning rates of a range test. Groups and the parts of a split keep the ratio of
 * their rate to the common one, which is that of the first part. All other schedules keep their value at the first step of the test.
 * @param start step of the optimizer at which the test starts
 * @param skipped returns the number of skipped updates so far
 */
export function rangeTestOptimizer(optimizer: Optimizer, rates: Schedule, start: number, skipped = () => 0): Optimizer {
  const lr: StepFunction = (step) => rates(Math.max(0, Math.min(step - start + skipped(), rates.end)));
  const common = optimizer.parts.hyperparameters.lr as Setting;
  const held = <T extends Readonly<Record<string, unknown>>>(settings: T): T =>
    Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [
        name,
        // The match of a group may also be a function, of names.
        typeof value === "function" && name !== "match" ? (value as StepFunction)(start) : value,
      ]),
    ) as T;
  const inRatio = (rate: Setting): StepFunction => {
    const factor = factorBetween(rate, common, start);
    return (step) => factor * lr(step);
  };
  return mapParts(optimizer, (parts) => {
    const groups = parts.groups.map((group): Group => {
      const { lr: rate } = group as { readonly lr?: Setting };
      return rate === undefined ? held(group) : ({ ...held(group), lr: inRatio(rate) } as object as Group);
    });
    const { lr: rate } = parts.hyperparameters as { readonly lr?: Setting };
    const own = rate === undefined ? {} : { lr: rate === common ? lr : inRatio(rate) };
    return { ...parts, hyperparameters: { ...held(parts.hyperparameters), ...own }, groups };
  });
}

/** Returns the ratio of a group's rate to the common one, at the first of some steps where the common rate is not 0. */
function factorBetween(rate: Setting, base: Setting, start: number): number {
  for (let ahead = 0; ahead <= 2 ** 20; ahead = 2 * ahead + 1) {
    const [own, others] = [rate, base].map((setting) =>
      typeof setting === "function" ? setting(start + ahead) : Number(setting),
    ) as [number, number];
    if (others > 0) return own / others;
  }
  return 1;
}
