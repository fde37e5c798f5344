import type { Network } from "@downhill/graph";
import type { DataSet } from "@downhill/images";
import { knownRate } from "../config/resolve.ts";
import type { GivenConfig } from "../config/schema.ts";
import { findLearningRate } from "../range-test/find.ts";
import type { FinderOptions } from "../range-test/options.ts";
import { finderRecord } from "../range-test/record.ts";
import type { FinderResult } from "../range-test/result.ts";
import type { RunControl } from "../run/control.ts";
import { throttle } from "../run/throttle.ts";
import type { Compiling } from "../training/compiling.ts";
import { compilingOfConfig, type ShortTraining, shortTrainingOptions } from "./short-training-options.ts";

/** Options of the range test for a run. */
export type FinderSettings = Pick<
  FinderOptions,
  "lowest" | "highest" | "steps" | "spacing" | "seeds" | "probe" | "choose" | "position"
>;

/** Runs the range test of a configuration. */
export async function findRate(
  given: GivenConfig,
  training: ShortTraining,
  data: DataSet,
  network: Network,
  { emit, shouldStop }: RunControl,
  settings: FinderSettings = {},
  compiling: Compiling = compilingOfConfig(training.config),
): Promise<FinderResult> {
  const { config } = training;
  const throttled = throttle();
  const result = await findLearningRate({
    ...settings,
    known: knownRate(given, config, data) ?? undefined,
    ...shortTrainingOptions(training, data, network, shouldStop, compiling),
    onProgress: (progress) => throttled(() => emit({ kind: "finding", optimizer: config.optimizer, ...progress })),
  });
  return { ...finderRecord(result), optimizer: config.optimizer };
}
