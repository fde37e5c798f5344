import type { Network } from "@downhill/graph";
import type { DataSet } from "@downhill/images";
import { constant, type Optimizer } from "@downhill/optim";
import { defined } from "@downhill/optim/defined";
import { buildHyperparameters } from "../config/hyperparameters.ts";
import { buildOptimizer } from "../config/optimizer.ts";
import type { RunConfig } from "../config/run-config.ts";
import { buildRunSchedule } from "../config/run-schedule.ts";
import type { ShortTrainingOptions } from "../short-training/options.ts";
import { batchSizeAt } from "../training/clock.ts";
import { type Compiling, compilingOf } from "../training/compiling.ts";
import { trainerSettings } from "../training/options.ts";

/**
 * What a test of a configuration tests: its optimizer at its rate, without the schedule, on batches as large as the
 * first. The momentum stays what the configuration says, whatever cycle the schedule would have it go through.
 * @throws ConfigError for a hyperparameter that is unknown or out of its range
 */
export function shortTrainingSetup(
  config: RunConfig,
  data: DataSet,
): { readonly optimizer: Optimizer; readonly batchSize: number } {
  const { batchSize, clock } = buildRunSchedule(config, data.train.length);
  const setting = { ...config, hyperparameters: buildHyperparameters(config, clock), cycleMomentum: false };
  return {
    optimizer: buildOptimizer(setting, constant({ base: config.lr })),
    batchSize: batchSizeAt(batchSize, 0),
  };
}

/** The same, with all else that a test needs to know. */
export const shortTrainingOptions = (
  config: RunConfig,
  data: DataSet,
  network: Network,
  shouldStop: () => boolean,
  compiling: Compiling = compilingOfConfig(config),
): ShortTrainingOptions => ({
  ...trainerSettings(config),
  network,
  data,
  ...shortTrainingSetup(config, data),
  shouldStop,
  ...compilingOf(compiling),
});

/** How a configuration's programs are compiled where no run's record says it. */
export const compilingOfConfig = ({ threads, device, tune }: RunConfig): Compiling =>
  defined({ threads, tune, device: device ?? undefined });
