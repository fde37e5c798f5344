import { inEpochs, type Plateau, plateau, type Schedule, schedules, warmup } from "@downhill/optim";
import { suggest } from "@downhill/optim/nearest";
import { ConfigError } from "../error.ts";
import { findName } from "./find-name.ts";

/** How long a run is, by which schedules are drawn out. */
export interface Length {
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
}

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
  oneCycle: (base, total) => ({ maxLr: base, totalSteps: Math.max(1, Math.round(total)) }),
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

/**
 * A kind of schedule by its name, however it is hyphenated.
 * @throws ConfigError for an unknown name, with the nearest
 */
export function scheduleKind(name: string): string {
  const kind = findName(name, [...scheduleNames(), ...Object.keys(schedules.kinds)]);
  if (kind === undefined) throw new ConfigError(`schedule = '${name}': ${suggest(name, scheduleNames())}`);
  return kind;
}

/**
 * The schedule of a configuration.
 * @param base the rate that it begins with, or rises to
 * @param warmupEpochs in which the rate first rises from 0
 * @throws ConfigError for an unknown kind, with the nearest, or arguments that make no sense
 */
export function buildSchedule(
  setting: ScheduleSetting,
  base: number,
  { stepsPerEpoch, totalSteps }: Length,
  warmupEpochs = 0,
): Schedule | Plateau {
  const { kind: name, unit = "steps", ...given } = typeof setting === "string" ? { kind: setting } : setting;
  const kind = scheduleKind(name);
  if (unit !== "steps" && unit !== "epochs") {
    throw new ConfigError(`schedule.unit = ${JSON.stringify(unit)}: expected "steps" or "epochs"`);
  }
  const rising = warmupEpochs * stepsPerEpoch;
  const perUnit = unit === "epochs" ? stepsPerEpoch : 1;
  try {
    if (kind === "plateau") {
      if (rising > 0) throw new Error("expected no warm-up: its value depends on the loss, and not on the step");
      return plateau({ base, ...given });
    }
    const drawnOut = DRAWN_OUT[kind]?.(base, Math.max(1, totalSteps - rising) / perUnit, stepsPerEpoch / perUnit);
    const built = schedules.build({ kind, ...drawnOut, ...given });
    const schedule = unit === "epochs" ? inEpochs(built, stepsPerEpoch) : built;
    return rising > 0 ? warmup(schedule, { steps: rising }) : schedule;
  } catch (error) {
    throw new ConfigError(`schedule: ${(error as Error).message}`, { cause: error });
  }
}

/** Whether it depends on the loss, and not on the step alone. */
export const isPlateau = (schedule: Schedule | Plateau): schedule is Plateau => "observe" in schedule;
