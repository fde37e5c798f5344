import type { Schedule } from "@downhill/optim";
import { ConfigError } from "../error.ts";
import type { Clock } from "../training/clock.ts";
import { asConfigError } from "./as-config-error.ts";
import { type ConfigFinding, findingsAbout } from "./findings.ts";
import { optimizerNamed } from "./optimizer.ts";
import { buildSchedule, isDrawnOut, scheduleKind } from "./schedule.ts";
import type { ScheduleSetting } from "./settings/values.ts";

type ScheduleObject = Exclude<ScheduleSetting, string>;

/** True if the value of a hyperparameter is a schedule: an object with a kind. */
export const isScheduled = (value: unknown): value is ScheduleObject =>
  typeof value === "object" && value !== null && typeof (value as { readonly kind?: unknown }).kind === "string";

/**
 * Returns the schedule of a hyperparameter with its base value: the first one, or the peak.
 * @param standard value of the hyperparameter without a schedule
 * @throws ConfigError if there is no base value
 */
export function withBase(name: string, setting: ScheduleObject, standard: unknown): ScheduleObject {
  const kind = scheduleKind(setting.kind, name);
  if (kind === "plateau") {
    throw new ConfigError(`${name}: plateau depends on the loss. Expected a schedule of the step, such as cosine.`);
  }
  if (!isDrawnOut(kind) || "base" in setting || "maxLr" in setting) return setting;
  if (typeof standard === "number" && standard > 0) return { ...setting, base: standard };
  const found = typeof standard === "number" ? "is 0 by default" : "has no default";
  throw new ConfigError(
    `${name}: the schedule has no base value, since ${name} ${found}. Expected a base, such as { "kind": "${kind}", "base": 0.01 }.`,
  );
}

/**
 * Returns the hyperparameters of a configuration as an optimizer takes them, with schedules fitted to the run.
 * @throws ConfigError for an invalid schedule, or one that leaves the range of its hyperparameter
 */
export function buildHyperparameters(
  {
    optimizer,
    hyperparameters,
  }: { readonly optimizer: string; readonly hyperparameters: Readonly<Record<string, unknown>> },
  clock: Clock,
): Record<string, unknown> {
  const scheduled = Object.entries(hyperparameters).flatMap(([name, value]) =>
    isScheduled(value) ? [[name, scheduleOf(name, value, clock)] as const] : [],
  );
  const built = { ...hyperparameters, ...Object.fromEntries(scheduled) };
  const factory = optimizerNamed(optimizer);
  const { lrFactor: _, ...own } = built;
  for (const step of scheduled.length === 0 ? [] : [0, ...clock.epochEnds]) {
    const inForce = Object.fromEntries(scheduled.map(([name, schedule]) => [name, schedule(step)]));
    asConfigError(() => factory({ ...own, ...inForce } as never), `at step ${step}`);
  }
  return built;
}

/** Returns the findings about the schedules of hyperparameters in a run. */
export const hyperparameterFindings = (
  built: Readonly<Record<string, unknown>>,
  { totalSteps }: Pick<Clock, "totalSteps">,
): ConfigFinding[] =>
  Object.entries(built).flatMap(([name, value]) =>
    typeof value === "function" ? findingsAbout(name, value as Schedule, totalSteps) : [],
  );

function scheduleOf(name: string, setting: ScheduleObject, clock: Clock): Schedule {
  // A schedule that is not fitted to the run has all its arguments.
  const { maxLr } = setting;
  // `withBase` rejects plateau.
  return buildSchedule(setting, typeof maxLr === "number" ? maxLr : 0, clock, 0, name) as Schedule;
}
