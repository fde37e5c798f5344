import type { FinderResult } from "../range-test/result.ts";
import type { RunControl } from "../run/control.ts";
import { prepareNetwork } from "../run/prepare.ts";
import { type FinderSettings, findRate } from "./find-rate.ts";
import { openEach, type SearchRequest } from "./open-each.ts";
import { shortTrainingSetup } from "./short-training-options.ts";

/** Range tests to do, of one configuration, whose rate does not matter. */
export interface FinderRequest extends SearchRequest {
  readonly settings?: FinderSettings;
}

/**
 * Does range tests, in this thread: the data are opened once, and every optimizer begins with the same numbers. One that
 * is asked to stop is the last.
 * @throws TrainError, DataError or GraphError for what the user can mend
 */
export async function searchRates(
  { given, optimizers, settings = {}, cache }: FinderRequest,
  control: RunControl,
): Promise<FinderResult[]> {
  const { lr: _, ...rest } = given;
  const { data, configs } = await openEach({ given: rest, optimizers, cache }, control.emit);
  // Mistakes in the last of them are told before the first is tested.
  for (const config of configs) shortTrainingSetup(config, data);
  const results: FinderResult[] = [];
  for (const config of configs) {
    if (control.shouldStop()) break;
    const finder = await findRate(rest, config, data, prepareNetwork(config, data), control, settings);
    control.emit({ kind: "found", finder, instead: config.lr });
    results.push(finder);
  }
  return results;
}
