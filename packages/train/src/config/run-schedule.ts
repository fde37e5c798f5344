import {
  batchSizes,
  byEpoch,
  increaseBatchInsteadOfDecay,
  inEpochs,
  type Plateau,
  type Schedule,
  sequence,
} from "@downhill/optim";
import { ConfigError } from "../error.ts";
import { type Clock, clockOf } from "../training/clock.ts";
import { headEpochs } from "../training/phases.ts";
import { asConfigError } from "./as-config-error.ts";
import { type ConfigFinding, findingsAbout } from "./findings.ts";
import type { RunConfig } from "./run-config.ts";
import { buildSchedule, isPlateau } from "./schedule.ts";
import type { ScheduleSetting } from "./settings/values.ts";

/** Settings that determine the learning rate and the batch size of a run. */
export type RunScheduleSetting = Pick<
  RunConfig,
  | "schedule"
  | "lr"
  | "warmup"
  | "epochs"
  | "batchSize"
  | "batchSchedule"
  | "increaseBatchInsteadOfDecay"
  | "largestBatch"
> &
  Partial<Pick<RunConfig, "freeze">>;

/** Learning rate, batch size and number of steps of a run. */
export interface RunSchedule {
  /** Learning rate by the 0-based step. */
  readonly lr: Schedule | Plateau;
  /** Batch size, or its schedule by the 0-based epoch. */
  readonly batchSize: number | Schedule;
  readonly clock: Clock;
  /** Problems of the schedules with a run of this length. */
  readonly findings: readonly ConfigFinding[];
}

/**
 * Builds the schedules of learning rate and batch size for a run.
 * @param images number of training images
 * @throws ConfigError where schedules make no sense, or do not go together
 */
export function buildRunSchedule(setting: RunScheduleSetting, images: number): RunSchedule {
  if (setting.increaseBatchInsteadOfDecay) return withGrowingBatch(setting, images);
  const { epochs } = setting;
  const batchSize = setting.batchSchedule ? scheduledBatch(setting.batchSchedule, setting, images) : setting.batchSize;
  const clock = clockOf({ length: images, batchSize, epochs });
  const rate = buildPhases(setting, clock, batchSize, images);
  const findings = [
    ...(isPlateau(rate) ? [] : findingsAbout("schedule", rate, clock.totalSteps)),
    ...(typeof batchSize === "number" ? [] : findingsAbout("batchSchedule", batchSize, epochs, "epoch")),
  ];
  return { lr: rate, batchSize, clock, findings };
}

/** Builds the schedule of the learning rate: each phase runs the schedule from its start, fitted to its own epochs. */
function buildPhases(
  setting: RunScheduleSetting,
  clock: Clock,
  batchSize: number | Schedule,
  images: number,
): Schedule | Plateau {
  const { schedule, lr, warmup, epochs } = setting;
  const frozen = headEpochs(setting, epochs);
  if (frozen === 0 || frozen === epochs) return buildSchedule(schedule, lr, clock, warmup);
  const later = typeof batchSize === "number" ? batchSize : (epoch: number): number => batchSize(epoch + frozen);
  const ofHead = buildSchedule(schedule, lr, clockOf({ length: images, batchSize, epochs: frozen }));
  const ofAll = buildSchedule(
    schedule,
    lr,
    clockOf({ length: images, batchSize: later, epochs: epochs - frozen }),
    Math.min(warmup, epochs - frozen),
  );
  // A plateau follows the loss through both phases.
  if (isPlateau(ofHead) || isPlateau(ofAll)) return buildSchedule(schedule, lr, clock, warmup);
  return sequence({ schedules: [ofHead, ofAll], milestones: [clock.epochEnds[frozen - 1] as number] });
}

/** Builds the schedules of a run whose batch size grows where the learning rate would have fallen. */
function withGrowingBatch(setting: RunScheduleSetting, images: number): RunSchedule {
  const { schedule, lr, warmup, epochs, batchSize, largestBatch: maximum } = setting;
  const constant = clockOf({ length: images, batchSize, epochs });
  const decaying = buildSchedule(schedule, lr, constant, warmup);
  const falling = isPlateau(decaying) ? null : byEpoch(decaying, constant.stepsPerEpoch as number);
  const problem = falling ? whyNoDecay(falling, epochs) : "depends on the loss";
  if (falling === null || problem !== null) {
    const kind = typeof schedule === "string" ? schedule : schedule.kind;
    const warm = warmup > 0 ? " with a warm-up" : "";
    throw new ConfigError(
      `increaseBatchInsteadOfDecay: the schedule '${kind}'${warm} ${problem}. Expected one that only falls: multiStep, step, cosine, exponential, linear or polynomial.`,
    );
  }
  const raised = bounded("increaseBatchInsteadOfDecay", setting, () =>
    increaseBatchInsteadOfDecay(falling, { batchSize, trainSize: images, epochs, maximum }),
  );
  const clock = clockOf({ length: images, batchSize: raised.batchSize, epochs });
  const findings = findingsAbout("schedule", raised.batchSize, epochs, "epoch");
  return { lr: inEpochs(raised.lr, clock.stepsPerEpoch), batchSize: raised.batchSize, clock, findings };
}

/** Points per epoch at which the schedule is sampled for a rise. */
const SAMPLES = 8;

function whyNoDecay(schedule: Schedule, epochs: number): string | null {
  const values = Array.from({ length: SAMPLES * epochs + 1 }, (_, i) => schedule(i / SAMPLES));
  // A constant section may rise by rounding.
  if (values.some((value, i) => value > (values[i - 1] ?? value) * (1 + 1e-9))) return "rises";
  return (values.at(-1) as number) < (values[0] as number) ? null : "never falls";
}

/** Builds the schedule of the batch size by epoch. */
function scheduledBatch(stated: ScheduleSetting, setting: RunScheduleSetting, images: number): Schedule {
  const { batchSize, epochs, largestBatch: maximum } = setting;
  if (typeof stated === "object" && stated.unit !== undefined && stated.unit !== "epochs") {
    throw new ConfigError(
      `batchSchedule.unit = ${JSON.stringify(stated.unit)}: expected "epochs", since the batch size changes at the start of epochs`,
    );
  }
  const sizes = buildSchedule(stated, batchSize, { stepsPerEpoch: 1, totalSteps: epochs }, 0, "batchSchedule");
  if (isPlateau(sizes)) {
    throw new ConfigError(
      "batchSchedule: plateau depends on the loss. Expected a schedule of the epoch, such as step or linear.",
    );
  }
  return bounded("batchSchedule", setting, () => batchSizes(sizes, { trainSize: images, maximum }));
}

/** Reports a maximum that is in conflict with the batch size as a user error. */
function bounded<T>(key: string, { largestBatch }: RunScheduleSetting, make: () => T): T {
  return asConfigError(make, key, { remedies: largestBatch === null ? [{ set: "largestBatch" }] : [] });
}
