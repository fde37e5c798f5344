import type { RunConfig } from "../config/run-config.ts";
import type { RunControl } from "../run/control.ts";
import { prepareNetwork } from "../run/prepare.ts";
import { throttle } from "../run/throttle.ts";
import { planSweep, type SweepOptions } from "../sweep/options.ts";
import type { SweepResult } from "../sweep/result.ts";
import { sweepHyperparameter } from "../sweep/sweep.ts";
import type { Swept } from "../sweep/values.ts";
import { openEach, type SearchRequest } from "./open-each.ts";
import { shortTrainingOptions } from "./short-training-options.ts";

/** What may be said of how a sweep is done. */
export type SweepSettings = Pick<SweepOptions, "values" | "steps" | "seeds" | "probe">;

/** Sweeps to do, of one configuration, at its rate; where that is to be found, at the default. */
export interface SweepRequest extends SearchRequest {
  readonly sweep: Swept;
  readonly settings?: SweepSettings;
}

/**
 * Does sweeps, in this thread: every optimizer begins with the same numbers. One that is asked to stop is the last.
 * @throws TrainError, DataError or GraphError for what the user can mend
 */
export async function sweepConfig(
  { sweep, settings = {}, ...request }: SweepRequest,
  { emit, shouldStop }: RunControl,
): Promise<SweepResult[]> {
  const { data, configs } = await openEach(request, emit);
  // They differ in the optimizer alone.
  const network = prepareNetwork(configs[0] as RunConfig, data);
  const sweeps = configs.map((config) => ({
    optimizer: config.optimizer,
    options: { ...settings, sweep, ...shortTrainingOptions(config, data, network, shouldStop) },
  }));
  // Mistakes in the last of them are told before the first is done.
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
