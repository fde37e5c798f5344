import type { Optimizer } from "@downhill/optim";
import type { ShortTrainingOptions } from "../short-training/options.ts";
import type { Probe } from "../short-training/probe.ts";
import { SHORT_TRAINING_DONE, shortTraining } from "../short-training/short-training.ts";
import type { Training } from "../training/callback.ts";

/** What a short training differs in from others. */
export interface ValueTrainingOptions {
  readonly optimizer: Optimizer;
  readonly batchSize: number;
  readonly seed: number;
  /** It ends at the update that brings it nearest to so many images. */
  readonly images: number;
  /** Fixed images to judge by. */
  readonly probe: number;
  readonly onStep: (seen: number, loss: number) => void;
}

export interface ValueTraining {
  /** The loss on the probe before the first update. */
  readonly before: number;
  /** The loss at the end; null where the training has diverged. */
  readonly after: number | null;
  readonly updates: number;
  /** Whether it ended because it was asked to. */
  readonly stopped: boolean;
}

/** Trains a copy of the network, and judges it with the weights that it would be used with. */
export async function trainValue(options: ShortTrainingOptions, short: ValueTrainingOptions): Promise<ValueTraining> {
  const { data, from } = options;
  const { optimizer, batchSize, seed, images } = short;
  let [seen, updates, before] = [0, 0, Number.NaN];
  let after: number | null = null;
  const end = await shortTraining(options, {
    optimizer,
    batchSize,
    seed,
    // It ends within an epoch after the images, wherever in an epoch it begins.
    epochs: (from?.position.epoch ?? 0) + Math.ceil(images / data.train.length) + 2,
    probe: short.probe,
    part: data.validation ?? data.train,
    watch: (probe) => {
      const lossOf = ({ updater }: Training): Promise<number> =>
        updater.withEvaluationWeights(() => (probe as Probe).loss());
      return {
        name: "short training",
        async onStart(training) {
          before = await lossOf(training);
        },
        async onStep(line, training) {
          updates++;
          seen += line.batchSize;
          short.onStep(seen, line.loss);
          if (seen + batchSize / 2 <= images) return;
          const loss = await lossOf(training);
          after = Number.isFinite(loss) ? loss : null;
          training.stop(SHORT_TRAINING_DONE);
        },
      };
    },
  });
  return { before, after, updates, stopped: end === "stopped" };
}
