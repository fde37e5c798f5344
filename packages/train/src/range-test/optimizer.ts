import { type Group, Optimizer, type Schedule, type StepFunction } from "@downhill/optim";

type Setting = Optimizer["parts"]["hyperparameters"][string];

/**
 * Returns the optimizer with the learning rates of a range test. Groups keep the ratio of their rate to the common one.
 * All other schedules keep their value at the first step of the test.
 * @param start step of the optimizer at which the test starts
 * @param skipped returns the number of skipped updates so far
 */
export function rangeTestOptimizer({ parts }: Optimizer, rates: Schedule, start: number, skipped = () => 0): Optimizer {
  const lr: StepFunction = (step) => rates(Math.max(0, Math.min(step - start + skipped(), rates.end)));
  const own = parts.hyperparameters.lr as Setting;
  const held = <T extends Readonly<Record<string, unknown>>>(settings: T): T =>
    Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [
        name,
        // The match of a group may also be a function, of names.
        typeof value === "function" && name !== "match" ? (value as StepFunction)(start) : value,
      ]),
    ) as T;
  const groups = parts.groups.map((group): Group => {
    const { lr: rate } = group as { readonly lr?: Setting };
    if (rate === undefined) return held(group);
    const factor = factorBetween(rate, own, start);
    return { ...held(group), lr: (step: number) => factor * lr(step) } as object as Group;
  });
  return new Optimizer({ ...parts, hyperparameters: { ...held(parts.hyperparameters), lr }, groups });
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
