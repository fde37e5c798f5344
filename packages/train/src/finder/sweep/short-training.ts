import type { Optimizer } from "@downhill/optim";
import { DivergedError } from "../../error.ts";
import type { Callback } from "../../training/callback.ts";
import { train } from "../../training/train.ts";
import { copyOf } from "../copy.ts";
import type { TestOptions } from "../options.ts";
import { Probe } from "../probe.ts";

/** What a short training differs in from others. */
export interface ShortTrainingOptions {
  readonly optimizer: Optimizer;
  readonly batchSize: number;
  readonly seed: number;
  /** It ends at the update that brings it nearest to so many images. */
  readonly images: number;
  /** Fixed images to judge by. */
  readonly probe: number;
  readonly onStep: (seen: number, loss: number) => void;
}

export interface ShortTraining {
  /** The loss on the probe before the first update. */
  readonly before: number;
  /** The loss at the end; null where the training has diverged. */
  readonly after: number | null;
  readonly updates: number;
  /** Whether it ended because it was asked to. */
  readonly stopped: boolean;
}

/** Why a short training ends, when all goes well. */
const DONE = "the short training is done";

/** Trains a copy of the network, by `train` itself, and judges it with the weights that it would be used with. */
export async function shortTraining(options: TestOptions, short: ShortTrainingOptions): Promise<ShortTraining> {
  const { data, from, order, shouldStop, threads = 1, device, lowering } = options;
  const { optimizer, batchSize, seed, images } = short;
  const network = copyOf(options.network);
  const compiling = { threads, ...(device ? { device } : {}), ...(lowering ? { lowering } : {}) };
  const { normalization } = data;
  const probe = await Probe.open(network, data.validation ?? data.train, short.probe, { normalization, ...compiling });
  let [seen, updates, before] = [0, 0, Number.NaN];
  let after: number | null = null;
  let stopped = false;
  const watch: Callback = {
    name: "short training",
    async onStart({ updater }) {
      before = await updater.withEvaluationWeights(() => probe.loss());
    },
    async onStep(line, training) {
      updates++;
      seen += line.batchSize;
      short.onStep(seen, line.loss);
      if (seen + batchSize / 2 <= images) return;
      const loss = await training.updater.withEvaluationWeights(() => probe.loss());
      after = Number.isFinite(loss) ? loss : null;
      training.stop(DONE);
    },
  };
  try {
    const result = await train({
      network,
      data: { ...data, validation: null, test: null },
      optimizer,
      // It ends within an epoch after the images, wherever in an epoch it begins.
      epochs: (from?.position.epoch ?? 0) + Math.ceil(images / data.train.length) + 2,
      batchSize,
      seed,
      // Which images are easy is not known yet, unless the training is under way.
      order: order === "sequential" ? order : "shuffled",
      augment: options.augment ?? [],
      labelSmoothing: options.labelSmoothing ?? 0,
      ...(options.largestPart === undefined ? {} : { largestPart: options.largestPart }),
      ...(shouldStop ? { shouldStop } : {}),
      ...(from ? { from: { ...from, callbacks: {} } } : {}),
      ...compiling,
      callbacks: [watch],
    });
    stopped = result.stopped !== DONE;
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
  } finally {
    await probe.dispose();
  }
  return { before, after, updates, stopped };
}
