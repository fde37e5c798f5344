import type { Network } from "@downhill/graph";
import type { DataSet } from "@downhill/images";
import { constant, type Optimizer } from "@downhill/optim";
import { defined } from "@downhill/optim/defined";
import { buildOptimizer } from "../config/optimizer.ts";
import type { RunConfig } from "../config/run-config.ts";
import type { RunPlan } from "../config/run-plan.ts";
import type { ShortTrainingOptions } from "../short-training/options.ts";
import { batchSizeAt } from "../training/clock.ts";
import { type Compiling, compilingOf } from "../training/compiling.ts";
import { trainerSettings } from "../training/options.ts";

/** Short training of a configuration, as tests repeat it. */
export interface ShortTraining {
  readonly config: RunConfig;
  readonly optimizer: Optimizer;
  readonly batchSize: number;
}

/**
 * Returns the short training of a plan: with the configured learning rate without schedule, the batch size of the first
 * epoch, and the configured momentum even if the schedule would cycle it.
 * @throws ConfigError for a hyperparameter that is unknown or out of its range
 */
export const shortTraining = ({
  config,
  hyperparameters,
  partnerHyperparameters,
  batchSize,
}: RunPlan): ShortTraining => ({
  config,
  optimizer: buildOptimizer(
    { ...config, hyperparameters, partnerHyperparameters, cycleMomentum: false },
    constant({ base: config.lr }),
  ),
  batchSize: batchSizeAt(batchSize, 0),
});

/** Returns the options for tests of a configuration. */
export const shortTrainingOptions = (
  { config, optimizer, batchSize }: ShortTraining,
  data: DataSet,
  network: Network,
  shouldStop: () => boolean,
  compiling: Compiling = compilingOfConfig(config),
): ShortTrainingOptions => ({
  ...trainerSettings(config),
  network,
  data,
  optimizer,
  batchSize,
  shouldStop,
  ...compilingOf(compiling),
});

/** Returns the compilation settings of a configuration without a run's record. */
export const compilingOfConfig = ({ threads, device, tune, tuneSeconds }: RunConfig): Compiling =>
  defined({ threads, tune, tuneSeconds: tuneSeconds ?? undefined, device: device ?? undefined });
