import { constant } from "@downhill/optim";
import { buildOptimizer } from "../config/optimizer.ts";
import { resolveConfig } from "../config/resolve.ts";
import type { GivenConfig } from "../config/schema.ts";
import type { FinderResult } from "../finder/find.ts";
import type { RunControl } from "./control.ts";
import { type FinderSettings, findRate } from "./find-rate.ts";
import { openData, prepareNetwork } from "./prepare.ts";

/** Range tests to do, of one configuration. */
export interface FinderRequest {
  /** As of a run; its rate does not matter. */
  readonly given: GivenConfig;
  /** One test for each; default that of the configuration. */
  readonly optimizers?: readonly string[];
  readonly settings?: FinderSettings;
  /** Folder for decoded images. */
  readonly cache?: string;
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
  const data = await openData(given, cache, control.emit);
  const configs = (optimizers ?? [given.optimizer]).map((optimizer) =>
    resolveConfig({ ...rest, ...(optimizer === undefined ? {} : { optimizer }) }, data),
  );
  // Mistakes in the last of them are told before the first is tested.
  for (const config of configs) buildOptimizer(config, constant({ base: config.lr }));
  const results: FinderResult[] = [];
  for (const config of configs) {
    if (control.shouldStop()) break;
    const finder = await findRate(config, data, prepareNetwork(config, data), control, settings);
    control.emit({ kind: "found", finder, instead: config.lr });
    results.push(finder);
  }
  return results;
}
