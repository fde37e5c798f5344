import { withFineTuning } from "../config/fine-tuning.ts";
import { planRun } from "../config/run-plan.ts";
import type { FinderResult } from "../range-test/result.ts";
import type { RunControl } from "../run/control.ts";
import { prepareNetwork } from "../run/prepare.ts";
import { type FinderSettings, findRate } from "./find-rate.ts";
import { openEach, type SearchRequest } from "./open-each.ts";
import { shortTraining } from "./short-training-options.ts";

/** Request for range tests of a configuration, whose learning rate is ignored. */
export interface FinderRequest extends SearchRequest {
  readonly settings?: FinderSettings;
}

/**
 * Runs range tests in this thread. The data are opened once, and every optimizer starts from the same weights. A test that
 * is stopped is the last one.
 * @throws TrainError, DataError or GraphError for user errors
 */
export async function searchRates(
  { given, optimizers, settings = {}, cache }: FinderRequest,
  control: RunControl,
): Promise<FinderResult[]> {
  const { lr: _, ...rest } = given;
  const { data, configs } = await openEach({ given: rest, optimizers, cache }, control.emit);
  // Reports errors in any configuration before the first test.
  const trainings = configs.map((config) => shortTraining(planRun(config, data)));
  const results: FinderResult[] = [];
  for (const training of trainings) {
    if (control.shouldStop()) break;
    const { config } = training;
    const network = prepareNetwork(config, data);
    const tuned = shortTraining(planRun(withFineTuning(rest, config, network.model), data));
    const finder = await findRate(rest, tuned, data, network, control, settings);
    control.emit({ kind: "found", finder, instead: config.lr });
    results.push(finder);
  }
  return results;
}
