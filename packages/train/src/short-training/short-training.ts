import type { Optimizer } from "@downhill/optim";
import { defined } from "@downhill/optim/defined";
import { DivergedError } from "../error.ts";
import type { Callback } from "../training/callback.ts";
import { compilingOf } from "../training/compiling.ts";
import { normalizationOf } from "../training/data.ts";
import { evaluationObjectiveOf } from "../training/objective.ts";
import { trainerSettings } from "../training/options.ts";
import { trainedHead } from "../training/phases.ts";
import { train } from "../training/train.ts";
import { copyOf } from "./copy.ts";
import type { ShortTrainingOptions } from "./options.ts";
import { Probe } from "./probe.ts";

/** Settings of a short training that differ from the actual training. */
export interface ShortTraining {
  readonly optimizer: Optimizer;
  readonly batchSize: number;
  readonly seed: number;
  readonly epochs: number;
  /** Number of probe images; 0 for no probe. */
  readonly probe: number;
  /** Images that the probe is chosen from. */
  readonly part: ShortTrainingOptions["data"]["train"];
  /** Returns a callback that observes the training and ends it by stopping with `SHORT_TRAINING_DONE`. */
  watch(probe: Probe | null): Callback;
}

/** Reason for stopping a short training that is complete. */
export const SHORT_TRAINING_DONE = "the short training is complete";

/** End of a short training: complete, stopped on request, or diverged. */
export type ShortTrainingEnd = "done" | "stopped" | "diverged";

/** Trains a copy of the network by `train` itself, so that the test matches the actual training. */
export async function shortTraining(options: ShortTrainingOptions, test: ShortTraining): Promise<ShortTrainingEnd> {
  const { data, from, order, sampler, shouldStop, freeze } = options;
  // It has no phases: it trains all parameters, unless the training never does.
  const trains = freeze === "all" ? trainedHead(options, options.network.model) : options.trains;
  const { optimizer, batchSize, seed, epochs } = test;
  const network = copyOf(options.network);
  const compiling = compilingOf(options);
  const objective = evaluationObjectiveOf(options, data.train);
  const evaluation = defined({ normalization: normalizationOf(data), ...objective, ...compiling });
  const probe = test.probe > 0 ? await Probe.open(network, test.part, test.probe, evaluation) : null;
  try {
    const { stopped } = await train({
      ...objective,
      ...trainerSettings(options),
      network,
      data: { ...data, validation: null, test: null },
      optimizer,
      freeze: 0,
      trains,
      sampler,
      epochs,
      batchSize,
      seed,
      // The order "easy-first" is unknown before the first epoch.
      order: order === "sequential" ? order : "shuffled",
      ...defined({ shouldStop, from: from && { ...from, callbacks: {} } }),
      ...compiling,
      callbacks: [test.watch(probe)],
    });
    return stopped === SHORT_TRAINING_DONE ? "done" : "stopped";
  } catch (error) {
    if (error instanceof DivergedError) return "diverged";
    throw error;
  } finally {
    await probe?.dispose();
  }
}
