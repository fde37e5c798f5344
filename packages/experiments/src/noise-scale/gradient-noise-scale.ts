import { createNetwork } from "@downhill/graph";
import { sgd } from "@downhill/optim";
import { copyWeights, setWeights, TrainError, type TrainOptions, train } from "@downhill/train";
import { GradientMoments } from "./gradient-moments.ts";
import { ratioWithInterval } from "./ratio-interval.ts";

/** Options of a measurement of the gradient noise scale: the network, the data and settings of its training. */
export interface GradientNoiseScaleOptions
  extends Omit<
    TrainOptions,
    "optimizer" | "epochs" | "batchSize" | "callbacks" | "from" | "sampler" | "order" | "evaluateEvery"
  > {
  /** Images of each batch. Smaller batches measure the variance more precisely, larger ones take less time. Default 32. */
  readonly batchSize?: number;
  /** Maximum number of batches, of at most one epoch. Default 128. */
  readonly batches?: number;
}

/** Gradient noise of a network. */
export interface GradientNoiseScale {
  /**
   * The simple noise scale, tr(S) / |G|², in images: the batch size at which noise and gradient have equal norms. Infinity
   * if the noise hides the gradient.
   */
  readonly noiseScale: number;
  /** 95 % interval of the noise scale; its upper end is Infinity if the gradient does not differ from 0. */
  readonly interval: readonly [low: number, high: number];
  /** tr(S): variance of the gradient of one image, summed over all parameters. */
  readonly variance: number;
  /** |G|²: squared norm of the gradient of all training images. An estimate of a small norm can be below 0. */
  readonly squaredNorm: number;
  /** Size and number of the batches. */
  readonly batchSize: number;
  readonly batches: number;
}

const BATCH_SIZE = 32;
const BATCHES = 128;
/** Groups of batches from whose spread the interval results. */
const GROUPS = 16;
/** Minimum number of batches, with which a group is a single batch. */
const LEAST = 8;

const MEASURED = "the gradient noise is measured";

/**
 * Measures the gradient noise scale of a network at its weights (McCandlish et al., "An empirical model of large-batch
 * training", https://arxiv.org/abs/1812.06162). It predicts the critical batch size: training at a much smaller batch size
 * takes more time for the same number of images, and training at a much larger one takes more images for the same number
 * of updates. The scale grows during training, and at the first steps it is of little meaning.
 *
 * The estimates of variance and squared norm are unbiased, and computed in float64. Batches are those of a training:
 * augmented, and drawn without replacement. With batch norm, the gradient of an image depends on its batch, so that the
 * scale depends on the batch size.
 *
 * Not to be confused with optim's `noiseScale`, which results from learning rate and batch size alone.
 * @returns noise scale in images, with a 95 % interval
 * @throws TrainError for fewer than 8 batches; DivergedError for a loss or a gradient that is not finite
 * @example
 * const { noiseScale, interval } = await gradientNoiseScale({ network, data, seed: 1 });
 */
export async function gradientNoiseScale(options: GradientNoiseScaleOptions): Promise<GradientNoiseScale> {
  const { batchSize = BATCH_SIZE, batches: most = BATCHES, data, network: original, ...settings } = options;
  const images = data.train.length;
  const batches = Math.min(most, Math.floor(images / batchSize));
  if (!(batches >= LEAST)) {
    throw new TrainError(
      `gradientNoiseScale: batchSize = ${batchSize} and batches = ${most} give ${Math.max(0, batches) || 0} batches of ${images} images. Expected at least ${LEAST} batches. Reduce batchSize, or raise batches.`,
    );
  }
  // Training changes the running statistics of batch norm.
  const network = createNetwork(original.model);
  setWeights(network, copyWeights(original));
  const { length } = network.parameters.gradients;
  const moments = new GradientMoments(length, Math.min(GROUPS, batches), { batchSize, images });
  let added = 0;
  await train({
    ...settings,
    network,
    data: { ...data, validation: null, test: null },
    optimizer: sgd({ lr: 0 }),
    epochs: 1,
    batchSize,
    callbacks: [
      {
        name: "gradient-noise",
        onStep(_, training) {
          moments.add(network.parameters.gradients);
          if (++added === batches) training.stop(MEASURED);
        },
      },
    ],
  });
  const { all, without } = moments.estimate();
  const { value, interval } = ratioWithInterval(
    [all.variance, all.squaredNorm],
    without.map(({ variance, squaredNorm }) => [variance, squaredNorm]),
  );
  return { noiseScale: value, interval, ...all, batchSize, batches };
}
