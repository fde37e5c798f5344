import { type Group, Optimizer, type Schedule, type StepFunction } from "@downhill/optim";

type Setting = Optimizer["parts"]["hyperparameters"][string];

/**
 * The optimizer with the rates of a range test in the place of its own. Groups keep the factor between their rate and that
 * of the others. What else changes with the step stays what it is at the first step of the test.
 * @param start the optimizer's step at which the test begins
 * @param skipped number of steps of the test so far without an update
 */
export function rangeTestOptimizer({ parts }: Optimizer, rates: Schedule, start: number, skipped = () => 0): Optimizer {
  const lr: StepFunction = (step) => rates(Math.max(0, Math.min(step - start + skipped(), rates.end)));
  const own = parts.hyperparameters.lr as Setting;
  const held = <T extends Readonly<Record<string, unknown>>>(settings: T): T =>
    Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [
        name,
        // A group's match may be a function as well, of names.
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

/** What a group's rate is of the others': at the first step, of some, at which theirs is not 0. */
function factorBetween(rate: Setting, base: Setting, start: number): number {
  for (let ahead = 0; ahead <= 2 ** 20; ahead = 2 * ahead + 1) {
    const [own, others] = [rate, base].map((setting) =>
      typeof setting === "function" ? setting(start + ahead) : Number(setting),
    ) as [number, number];
    if (others > 0) return own / others;
  }
  return 1;
}
