import type { Network } from "@downhill/graph";
import type { DataSet } from "@downhill/images";
import { knownRate, type RunConfig } from "../config/resolve.ts";
import type { GivenConfig } from "../config/schema.ts";
import { type FinderResult, findLearningRate } from "../finder/find.ts";
import type { FinderOptions } from "../finder/options.ts";
import { finderRecord } from "../finder/record.ts";
import type { Compiling } from "../training/compiling.ts";
import type { RunControl } from "./control.ts";
import { compilingOfConfig, seldom, testOptions } from "./test-options.ts";

/** Options of the search for a run's rate. */
export type FinderSettings = Pick<
  FinderOptions,
  "lowest" | "highest" | "steps" | "spacing" | "seeds" | "probe" | "choose" | "position"
>;

/** The range test of a configuration. */
export async function findRate(
  given: GivenConfig,
  config: RunConfig,
  data: DataSet,
  network: Network,
  { emit, shouldStop }: RunControl,
  settings: FinderSettings = {},
  compiling: Compiling = compilingOfConfig(config),
): Promise<FinderResult> {
  const told = seldom();
  const result = await findLearningRate({
    ...settings,
    known: knownRate(given, config, data.imageShape) ?? undefined,
    ...testOptions(config, data, network, shouldStop, compiling),
    onProgress: (progress) => told(() => emit({ kind: "finding", optimizer: config.optimizer, ...progress })),
  });
  return { ...finderRecord(result), optimizer: config.optimizer };
}
