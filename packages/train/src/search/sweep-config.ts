import type { RunConfig } from "../config/run-config.ts";
import { planRun } from "../config/run-plan.ts";
import type { RunControl } from "../run/control.ts";
import { prepareNetwork } from "../run/prepare.ts";
import { throttle } from "../run/throttle.ts";
import { planSweep, type SweepOptions } from "../sweep/options.ts";
import type { SweepResult } from "../sweep/result.ts";
import { sweepHyperparameter } from "../sweep/sweep.ts";
import type { Swept } from "../sweep/values.ts";
import { openEach, type SearchRequest } from "./open-each.ts";
import { shortTraining, shortTrainingOptions } from "./short-training-options.ts";

/** Options of a sweep of a configuration. */
export type SweepSettings = Pick<SweepOptions, "values" | "steps" | "seeds" | "probe">;

/** Request for sweeps of a configuration at its learning rate, or at the default if a search would find it. */
export interface SweepRequest extends SearchRequest {
  readonly sweep: Swept;
  readonly settings?: SweepSettings;
}

/**
 * Runs sweeps in this thread. Every optimizer starts from the same weights. A sweep that is stopped is the last one.
 * @throws TrainError, DataError or GraphError for user errors
 */
export async function sweepConfig(
  { sweep, settings = {}, ...request }: SweepRequest,
  { emit, shouldStop }: RunControl,
): Promise<SweepResult[]> {
  const { data, configs } = await openEach(request, emit);
  // The configurations differ only in the optimizer.
  const network = prepareNetwork(configs[0] as RunConfig, data);
  const sweeps = configs.map((config) => ({
    optimizer: config.optimizer,
    options: {
      ...settings,
      sweep,
      ...shortTrainingOptions(shortTraining(planRun(config, data)), data, network, shouldStop),
    },
  }));
  // Reports errors in any sweep before the first one.
  for (const { options } of sweeps) planSweep(options);
  const results: SweepResult[] = [];
  for (const { optimizer, options } of sweeps) {
    if (shouldStop()) break;
    const throttled = throttle();
    const result = await sweepHyperparameter({
      ...options,
      onProgress: (progress) => throttled(() => emit({ kind: "sweeping", optimizer, ...progress })),
    });
    results.push({ ...result, optimizer });
  }
  return results;
}
