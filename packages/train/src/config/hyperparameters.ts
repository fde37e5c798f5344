import type { Schedule } from "@downhill/optim";
import { ConfigError } from "../error.ts";
import type { Clock } from "../training/clock.ts";
import { type ConfigFinding, findingsAbout } from "./findings.ts";
import { optimizerNamed } from "./optimizer.ts";
import { buildSchedule, isDrawnOut, type ScheduleSetting, scheduleKind } from "./schedule.ts";

type ScheduleObject = Exclude<ScheduleSetting, string>;

/** Whether a hyperparameter's value is a schedule: an object with its kind. */
export const isScheduled = (value: unknown): value is ScheduleObject =>
  typeof value === "object" && value !== null && typeof (value as { readonly kind?: unknown }).kind === "string";

/**
 * The schedule of a hyperparameter with the value that it begins with, or rises to, stated.
 * @param standard what would be in force without a schedule
 * @throws ConfigError where there is nothing to begin with
 */
export function withBase(name: string, setting: ScheduleObject, standard: unknown): ScheduleObject {
  const kind = scheduleKind(setting.kind, name);
  if (kind === "plateau") {
    throw new ConfigError(`${name}: plateau depends on the loss: expected a schedule of the step, such as cosine`);
  }
  if (!isDrawnOut(kind) || "base" in setting || "maxLr" in setting) return setting;
  if (typeof standard === "number" && standard > 0) return { ...setting, base: standard };
  const found = typeof standard === "number" ? "is 0 by default" : "has no default";
  throw new ConfigError(
    `${name}: it ${found}, which is nothing to begin with: expected a base, such as { "kind": "${kind}", "base": 0.01 }`,
  );
}

/**
 * The hyperparameters of a configuration as an optimizer takes them: schedules are drawn out over the run.
 * @throws ConfigError for a schedule that makes no sense, or leaves the hyperparameter's range
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
  for (const step of scheduled.length === 0 ? [] : [0, ...clock.epochEnds]) {
    const inForce = Object.fromEntries(scheduled.map(([name, schedule]) => [name, schedule(step)]));
    try {
      factory({ ...built, ...inForce } as never);
    } catch (error) {
      throw new ConfigError(`at step ${step}: ${(error as Error).message}`, { cause: error });
    }
  }
  return built;
}

/** What the schedules among built hyperparameters cannot do in a run. */
export const hyperparameterFindings = (
  built: Readonly<Record<string, unknown>>,
  { totalSteps }: Pick<Clock, "totalSteps">,
): ConfigFinding[] =>
  Object.entries(built).flatMap(([name, value]) =>
    typeof value === "function" ? findingsAbout(name, value as Schedule, totalSteps) : [],
  );

function scheduleOf(name: string, setting: ScheduleObject, clock: Clock): Schedule {
  // One that is not drawn out states all that it takes.
  const { maxLr } = setting;
  // `withBase` has refused what depends on the loss.
  return buildSchedule(setting, typeof maxLr === "number" ? maxLr : 0, clock, 0, name) as Schedule;
}
