import type { Optimizer } from "@downhill/optim";
import type { ShortTrainingOptions } from "../short-training/options.ts";
import type { Probe } from "../short-training/probe.ts";
import { SHORT_TRAINING_DONE, shortTraining } from "../short-training/short-training.ts";
import { microStepsOf } from "../training/accumulate.ts";
import type { Training } from "../training/callback.ts";
import { epochLength } from "../training/data.ts";

/** Settings of the training with one value. */
export interface ValueTrainingOptions {
  readonly optimizer: Optimizer;
  readonly batchSize: number;
  readonly seed: number;
  /** Number of images, rounded to whole steps. */
  readonly images: number;
  /** Number of probe images. */
  readonly probe: number;
  readonly onStep: (seen: number, loss: number) => void;
}

/** Result of the training with one value. */
export interface ValueTraining {
  /** Loss on the probe before the first step. */
  readonly before: number;
  /** Loss on the probe at the end; null if the training diverged. */
  readonly after: number | null;
  readonly updates: number;
  /** True if the training was stopped on request. */
  readonly stopped: boolean;
}

/** Trains a copy of the network and evaluates it with its evaluation weights. */
export async function trainValue(options: ShortTrainingOptions, short: ValueTrainingOptions): Promise<ValueTraining> {
  const { data, from } = options;
  const { optimizer, batchSize, seed, images } = short;
  const step = batchSize * microStepsOf(optimizer);
  let [seen, updates, before] = [0, 0, Number.NaN];
  let after: number | null = null;
  const end = await shortTraining(options, {
    optimizer,
    batchSize,
    seed,
    // The training ends earlier, at most one epoch after the last image, wherever in an epoch it starts.
    epochs: (from?.position.epoch ?? 0) + Math.ceil(images / epochLength(data.train, options.sampler)) + 2,
    probe: short.probe,
    part: data.validation ?? data.train,
    watch: (probe) => {
      const lossOf = (training: Training): Promise<number> =>
        training.withEvaluationWeights(() => (probe as Probe).loss());
      return {
        name: "short training",
        async onStart(training) {
          before = await lossOf(training);
        },
        async onStep(line, training) {
          updates++;
          seen += line.batchSize;
          short.onStep(seen, line.loss);
          if (seen + step / 2 <= images) return;
          const loss = await lossOf(training);
          after = Number.isFinite(loss) ? loss : null;
          training.stop(SHORT_TRAINING_DONE);
        },
      };
    },
  });
  return { before, after, updates, stopped: end === "stopped" };
}
