import type { Optimizer } from "@downhill/optim";
import { DivergedError } from "../error.ts";
import type { Callback } from "../training/callback.ts";
import { compilingOf } from "../training/compiling.ts";
import { trainerSettings } from "../training/options.ts";
import { train } from "../training/train.ts";
import { copyOf } from "./copy.ts";
import type { ShortTrainingOptions } from "./options.ts";
import { Probe } from "./probe.ts";

/** What a training that is a test differs in from the one that it is for. */
export interface ShortTraining {
  readonly optimizer: Optimizer;
  readonly batchSize: number;
  readonly seed: number;
  readonly epochs: number;
  /** Fixed images to judge by, and of which part; 0 for none. */
  readonly probe: number;
  readonly part: ShortTrainingOptions["data"]["train"];
  /** Watches it, and ends it by stopping it for `SHORT_TRAINING_DONE`. */
  watch(probe: Probe | null): Callback;
}

/** Why a training that is a test ends, when all goes well. */
export const SHORT_TRAINING_DONE = "the test is done";

/** How it ended: by its watcher, because it was asked to, or because its loss was no number any more. */
export type ShortTrainingEnd = "done" | "stopped" | "diverged";

/** Trains a copy of the network. It is `train` itself, so that what is tested is what will be trained. */
export async function shortTraining(options: ShortTrainingOptions, test: ShortTraining): Promise<ShortTrainingEnd> {
  const { data, from, order, shouldStop } = options;
  const { optimizer, batchSize, seed, epochs } = test;
  const network = copyOf(options.network);
  const compiling = compilingOf(options);
  const { normalization } = data;
  const probe =
    test.probe > 0 ? await Probe.open(network, test.part, test.probe, { normalization, ...compiling }) : null;
  try {
    const { stopped } = await train({
      ...trainerSettings(options),
      network,
      data: { ...data, validation: null, test: null },
      optimizer,
      epochs,
      batchSize,
      seed,
      // Which images are easy is not known yet, unless the training is under way.
      order: order === "sequential" ? order : "shuffled",
      ...(shouldStop ? { shouldStop } : {}),
      ...(from ? { from: { ...from, callbacks: {} } } : {}),
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
