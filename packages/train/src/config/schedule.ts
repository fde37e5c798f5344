import { inEpochs, type Plateau, plateau, type Schedule, schedules, stepAt, warmup } from "@downhill/optim";
import { suggest } from "@downhill/optim/nearest";
import { ConfigError } from "../error.ts";
import type { Clock } from "../training/clock.ts";
import { asConfigError } from "./as-config-error.ts";
import { findName } from "./find-name.ts";
import type { ScheduleSetting } from "./settings/values.ts";

/** Length of a run, to which schedules are fitted. */
export type Length = Pick<Clock, "stepsPerEpoch" | "totalSteps">;

/** Default arguments by kind, with which a schedule ends with the run. */
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

/** Final fraction of the base value for schedules that never reach zero. */
const FALL = 0.01;

/** Returns the kinds that need no arguments, for help and errors. */
export const scheduleNames = (): string[] => [...Object.keys(DRAWN_OUT), "plateau"];

/** True if a schedule of the kind ends with the run by default. */
export const isDrawnOut = (kind: string): boolean => Object.hasOwn(DRAWN_OUT, kind);

/**
 * Finds a kind of schedule by its name, with any hyphens.
 * @param key key of the configuration, for errors
 * @throws ConfigError for an unknown name, with the nearest one
 */
export function scheduleKind(name: string, key = "schedule"): string {
  const kind = findName(name, [...scheduleNames(), ...Object.keys(schedules.kinds)]);
  if (kind === undefined) throw new ConfigError(`${key} = '${name}': ${suggest(name, scheduleNames())}`);
  return kind;
}

/**
 * Builds a schedule of the configuration, fitted to the run by default.
 * @param standard base value if the setting has no `base`: the first value, or the peak
 * @param warmupEpochs epochs in which the value first rises from 0
 * @param key key of the configuration, for errors
 * @throws ConfigError for an unknown kind, with the nearest one, or an invalid argument
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
  if (kind === "plateau" && warmupEpochs > 0) {
    throw new ConfigError(`${key}: plateau depends on the loss and has no warm-up`, {
      code: "conflict",
      remedies: [{ unset: "warmup" }],
    });
  }
  // OneCycle counts whole steps and ends at the last of them, not at the last epoch.
  const inSteps = kind === "oneCycle" && statedUnit === "epochs";
  const unit = inSteps ? "steps" : statedUnit;
  const given = inSteps ? withWholeSteps(stated, length) : stated;
  return asConfigError(() => {
    if (kind === "plateau") return plateau({ base: standard, ...given });
    const { base = standard, ...rest } = given;
    const { total, epoch, rising } = durations(unit, length, warmupEpochs);
    const drawnOut = DRAWN_OUT[kind]?.(base as number, total, epoch);
    const built = schedules.build({ kind, ...(drawnOut ? { ...drawnOut, ...rest } : given) });
    const schedule = rising > 0 ? warmup(built, { steps: rising }) : built;
    return unit === "epochs" ? inEpochs(schedule, length.stepsPerEpoch) : schedule;
  }, key);
}

function withWholeSteps(given: Readonly<Record<string, unknown>>, { stepsPerEpoch }: Length): Record<string, unknown> {
  const { totalSteps } = given;
  return typeof totalSteps === "number" && totalSteps > 0
    ? { ...given, totalSteps: Math.max(1, Math.round(stepAt(stepsPerEpoch)(totalSteps))) }
    : { ...given };
}

/** Returns durations in the schedule's unit: the run without its warm-up, the first epoch, and the warm-up. */
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

/** True if a schedule depends on the loss. */
export const isPlateau = (schedule: Schedule | Plateau): schedule is Plateau => "observe" in schedule;
