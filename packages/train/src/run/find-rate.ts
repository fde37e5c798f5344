import type { Network } from "@downhill/graph";
import type { DataSet } from "@downhill/images";
import { constant } from "@downhill/optim";
import { buildOptimizer } from "../config/optimizer.ts";
import type { RunConfig } from "../config/resolve.ts";
import { type FinderResult, findLearningRate } from "../finder/find.ts";
import type { FinderOptions } from "../finder/options.ts";
import { finderRecord } from "../finder/record.ts";
import type { RunControl } from "./control.ts";

/** What may be said of how a run's rate is searched. */
export type FinderSettings = Pick<
  FinderOptions,
  "lowest" | "highest" | "steps" | "spacing" | "seeds" | "probe" | "choose" | "position"
>;

/** Milliseconds between events. */
const EVENT_INTERVAL = 100;

/**
 * The range test of a configuration. The momentum stays what the configuration says, whatever cycle the schedule would
 * have it go through.
 */
export async function findRate(
  config: RunConfig,
  data: DataSet,
  network: Network,
  { emit, shouldStop }: RunControl,
  settings: FinderSettings = {},
): Promise<FinderResult> {
  let told = 0;
  const result = await findLearningRate({
    ...settings,
    network,
    data,
    optimizer: buildOptimizer({ ...config, cycleMomentum: false }, constant({ base: config.lr })),
    batchSize: config.batchSize,
    seed: config.seed,
    order: config.order,
    augment: config.augment,
    labelSmoothing: config.labelSmoothing,
    threads: config.threads,
    shouldStop,
    ...(config.largestPart === null ? {} : { largestPart: config.largestPart }),
    ...(config.device === null ? {} : { device: config.device }),
    onProgress: (progress) => {
      const now = performance.now();
      if (now - told < EVENT_INTERVAL) return;
      told = now;
      emit({ kind: "finding", optimizer: config.optimizer, ...progress });
    },
  });
  return { ...finderRecord(result), optimizer: config.optimizer };
}
