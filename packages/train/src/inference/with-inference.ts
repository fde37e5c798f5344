import { compileEvaluation, type Evaluation as Inference } from "@downhill/graph";
import { defined } from "@downhill/optim/defined";
import type { Views } from "../evaluation/views.ts";
import type { OpenRun } from "./open-run.ts";

/** Options of inference with the network of a run. */
export interface UseOptions {
  /** Number of threads; default that of the run. */
  readonly threads?: number;
  /** Test-time augmentation; default "none", which gives the results of the exported model. */
  readonly views?: Views;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Batch size of inference. */
export const BATCH = 250;

/** Compiles the network of a run, passes it to `use` and disposes of it afterwards. */
export async function withInference<T>(
  { facts, network }: OpenRun,
  { threads = facts.config.threads }: UseOptions,
  use: (inference: Inference) => Promise<T>,
): Promise<T> {
  const { normalization } = facts.data;
  const device = facts.config.device ?? undefined;
  const inference = await compileEvaluation(network, {
    batchSize: BATCH,
    normalization,
    threads,
    ...defined({ device }),
  });
  try {
    return await use(inference);
  } finally {
    await inference.dispose();
  }
}
