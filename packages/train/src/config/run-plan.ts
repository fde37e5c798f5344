import { patienceFindings } from "./findings.ts";
import { buildHyperparameters, hyperparameterFindings } from "./hyperparameters.ts";
import type { RunConfig } from "./run-config.ts";
import { buildRunSchedule, type RunSchedule } from "./run-schedule.ts";

/** Configuration of a run with its schedules, fitted to the number of training images. */
export interface RunPlan extends RunSchedule {
  readonly config: RunConfig;
  /** Hyperparameters besides the learning rate, as an optimizer takes them: numbers, flags and functions of the step. */
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  /** Hyperparameters of the partner, with `lrFactor`. */
  readonly partnerHyperparameters: Readonly<Record<string, unknown>>;
}

/** Facts about the data on which the length of a run and its evaluations depend. */
export interface PlannedData {
  readonly train: { readonly length: number };
  readonly validation: object | null;
  readonly test: object | null;
}

/**
 * Plans the training of a configuration. Its `findings` are about all settings that do not fit the length of the run.
 * @throws ConfigError for settings in conflict
 */
export function planRun(config: RunConfig, { train, validation, test }: PlannedData): RunPlan {
  const schedule = buildRunSchedule(config, train.length);
  const hyperparameters = buildHyperparameters(config, schedule.clock);
  const { partner, partnerHyperparameters: own } = config;
  const partnerHyperparameters =
    partner === null ? own : buildHyperparameters({ optimizer: partner, hyperparameters: own }, schedule.clock);
  const findings = [
    ...schedule.findings,
    ...hyperparameterFindings(hyperparameters, schedule.clock),
    ...hyperparameterFindings(partnerHyperparameters, schedule.clock),
    ...patienceFindings(config, schedule.lr, validation !== null || test !== null),
  ];
  return { ...schedule, config, hyperparameters, partnerHyperparameters, findings };
}
