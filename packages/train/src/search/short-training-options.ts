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
 * Returns optimizer and batch size for tests of a configuration: the configured learning rate without schedule, the batch
 * size of the first epoch, and the configured momentum even if the schedule would cycle it.
 * @throws ConfigError for an unknown hyperparameter or one out of range
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

/** Returns the options for tests of a configuration. */
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

/** Returns the compilation settings of a configuration without a run's record. */
export const compilingOfConfig = ({ threads, device, tune }: RunConfig): Compiling =>
  defined({ threads, tune, device: device ?? undefined });
