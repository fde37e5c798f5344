import { inEpochs, type Plateau, plateau, type Schedule, schedules, stepAt, warmup } from "@downhill/optim";
import { suggest } from "@downhill/optim/nearest";
import { ConfigError } from "../error.ts";
import type { Clock } from "../training/clock.ts";
import { findName } from "./find-name.ts";

/** How long a run is, by which schedules are drawn out. */
export type Length = Pick<Clock, "stepsPerEpoch" | "totalSteps">;

/** A schedule as configurations state it: its kind, or with arguments; durations in steps, or in epochs by `unit`. */
export type ScheduleSetting =
  | string
  | { readonly kind: string; readonly unit?: unknown; readonly [argument: string]: unknown };

/** What a kind is given where the configuration is silent: it then ends with the run. */
const DRAWN_OUT: Readonly<Record<string, (base: number, total: number, epoch: number) => Record<string, unknown>>> = {
  constant: (base) => ({ base }),
  step: (base, total) => ({ base, stepSize: total / 3 }),
  multiStep: (base, total) => ({ base, milestones: [total / 2, (3 * total) / 4] }),
  exponential: (base, total) => ({ base, gamma: FALL ** (1 / total) }),
  linear: (base, total) => ({ base, startFactor: 1, endFactor: 0, totalIters: total }),
  polynomial: (base, total) => ({ base, totalIters: total, power: 2 }),
  inverseTime: (base, total) => ({ base, decay: 1 / FALL - 1, decaySteps: total }),
  cosine: (base, total) => ({ base, tMax: total }),
  cosineWarmRestarts: (base, total) => ({ base, t0: total / 7, tMult: 2 }),
  cyclical: (base, total) => ({ baseLr: base / 10, maxLr: base, stepSizeUp: total / 6 }),
  oneCycle: (base, total) => ({ maxLr: base, totalSteps: Math.max(1, Math.floor(total)) }),
  warmupStableDecay: (base, total, epoch) => ({
    base,
    totalSteps: total,
    warmupSteps: Math.min(epoch, total / 10),
    decaySteps: total / 5,
  }),
  flatCosine: (base, total) => ({ base, totalSteps: total }),
  reciprocalSqrt: (base, _, epoch) => ({ base, timescale: epoch }),
};

/** Of the first rate, what schedules that never reach zero have at the end of a run. */
const FALL = 0.01;

/** The kinds that need no arguments, for help and errors. */
export const scheduleNames = (): string[] => [...Object.keys(DRAWN_OUT), "plateau"];

/** Whether a kind ends with the run where its durations are not stated. */
export const isDrawnOut = (kind: string): boolean => Object.hasOwn(DRAWN_OUT, kind);

/**
 * A kind of schedule by its name, however it is hyphenated.
 * @param key of the configuration, for errors
 * @throws ConfigError for an unknown name, with the nearest
 */
export function scheduleKind(name: string, key = "schedule"): string {
  const kind = findName(name, [...scheduleNames(), ...Object.keys(schedules.kinds)]);
  if (kind === undefined) throw new ConfigError(`${key} = '${name}': ${suggest(name, scheduleNames())}`);
  return kind;
}

/**
 * The schedule of a configuration.
 * @param standard the value that it begins with, or rises to, where the setting has no `base`
 * @param warmupEpochs in which the value first rises from 0
 * @param key of the configuration, for errors
 * @throws ConfigError for an unknown kind, with the nearest, or arguments that make no sense
 */
export function buildSchedule(
  setting: ScheduleSetting,
  standard: number,
  length: Length,
  warmupEpochs = 0,
  key = "schedule",
): Schedule | Plateau {
  const {
    kind: name,
    unit: statedUnit = "steps",
    ...stated
  } = typeof setting === "string" ? { kind: setting } : setting;
  const kind = scheduleKind(name, key);
  if (statedUnit !== "steps" && statedUnit !== "epochs") {
    throw new ConfigError(`${key}.unit = ${JSON.stringify(statedUnit)}: expected "steps" or "epochs"`);
  }
  // OneCycle counts whole steps and ends at the last of them, not at the last epoch.
  const inSteps = kind === "oneCycle" && statedUnit === "epochs";
  const unit = inSteps ? "steps" : statedUnit;
  const given = inSteps ? withWholeSteps(stated, length) : stated;
  try {
    if (kind === "plateau") {
      if (warmupEpochs > 0) throw new Error("expected no warm-up: its value depends on the loss, and not on the step");
      return plateau({ base: standard, ...given });
    }
    const { base = standard, ...rest } = given;
    const { total, epoch, rising } = durations(unit, length, warmupEpochs);
    const drawnOut = DRAWN_OUT[kind]?.(base as number, total, epoch);
    const built = schedules.build({ kind, ...(drawnOut ? { ...drawnOut, ...rest } : given) });
    const schedule = rising > 0 ? warmup(built, { steps: rising }) : built;
    return unit === "epochs" ? inEpochs(schedule, length.stepsPerEpoch) : schedule;
  } catch (error) {
    throw new ConfigError(`${key}: ${(error as Error).message}`, { cause: error });
  }
}

function withWholeSteps(given: Readonly<Record<string, unknown>>, { stepsPerEpoch }: Length): Record<string, unknown> {
  const { totalSteps } = given;
  return typeof totalSteps === "number" && totalSteps > 0
    ? { ...given, totalSteps: Math.max(1, Math.round(stepAt(stepsPerEpoch)(totalSteps))) }
    : { ...given };
}

/** In the schedule's unit: the run without its warm-up, an epoch (the first, where they differ), and the warm-up. */
function durations(
  unit: "steps" | "epochs",
  { stepsPerEpoch, totalSteps }: Length,
  warmupEpochs: number,
): { readonly total: number; readonly epoch: number; readonly rising: number } {
  const first = stepAt(stepsPerEpoch)(1);
  const rising = stepAt(stepsPerEpoch)(warmupEpochs);
  if (unit === "steps") return { total: Math.max(1, totalSteps - rising), epoch: first, rising };
  const epochs = typeof stepsPerEpoch === "number" ? totalSteps / stepsPerEpoch : stepsPerEpoch.length;
  return { total: Math.max(1 / first, epochs - warmupEpochs), epoch: 1, rising: warmupEpochs };
}

/** Whether it depends on the loss, and not on the step alone. */
export const isPlateau = (schedule: Schedule | Plateau): schedule is Plateau => "observe" in schedule;
