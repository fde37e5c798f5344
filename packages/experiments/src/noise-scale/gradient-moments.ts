import { at } from "../at.ts";
import { dot } from "../vectors.ts";

/** Unbiased estimates from the gradients of batches. */
export interface Moments {
  /** Variance of the gradient of one image, summed over all parameters. */
  readonly variance: number;
  /** Squared norm of the gradient of all images. An estimate of a small norm can be below 0. */
  readonly squaredNorm: number;
}

/** Sizes of the samples of gradients. */
export interface Sampling {
  /** Images of each batch. */
  readonly batchSize: number;
  /** Number of images from which the batches are drawn without replacement; Infinity for independent batches. */
  readonly images: number;
}

/** Batches of a group: their number, the sum of their gradients, and the sum of the squared norms. */
interface Group {
  batches: number;
  squares: number;
  readonly sum: Float64Array;
}

/**
 * Sums of gradients from which the variance over images and the norm of the mean gradient are estimated. Batches of size b
 * have the expected squared norm |G|² + tr(S) / b, so that two batch sizes determine both terms (McCandlish et al.,
 * https://arxiv.org/abs/1812.06162, appendix A.1). The two sizes are one batch, and all batches together.
 *
 * The sums are kept in groups, in float64. The spread of the estimates without each group in turn (jackknife) gives their
 * covariance.
 */
export class GradientMoments {
  readonly #groups: readonly Group[];
  readonly #sampling: Sampling;
  #added = 0;

  /**
   * @param parameters number of parameters
   * @param groups number of groups, at least 2; each needs the memory of one gradient in float64
   */
  constructor(parameters: number, groups: number, sampling: Sampling) {
    this.#sampling = sampling;
    this.#groups = Array.from({ length: groups }, () => ({
      batches: 0,
      squares: 0,
      sum: new Float64Array(parameters),
    }));
  }

  /** Adds the mean gradient of one batch. */
  add(gradient: ArrayLike<number>): void {
    const group = at(this.#groups, this.#added % this.#groups.length);
    const { sum } = group;
    let squares = 0;
    for (let i = 0; i < sum.length; i++) {
      const value = gradient[i] as number;
      sum[i] = (sum[i] as number) + value;
      squares += value * value;
    }
    group.squares += squares;
    group.batches++;
    this.#added++;
  }

  /** Returns the estimates from all batches, and those without each group. */
  estimate(): { readonly all: Moments; readonly without: readonly Moments[] } {
    const groups = this.#groups;
    const total = new Float64Array(at(groups, 0).sum.length);
    for (const { sum } of groups) {
      for (let i = 0; i < total.length; i++) total[i] = (total[i] as number) + (sum[i] as number);
    }
    const batches = groups.reduce((sum, group) => sum + group.batches, 0);
    const squares = groups.reduce((sum, group) => sum + group.squares, 0);
    const norm = dot(total, total);
    const without = groups.map((group) =>
      this.#moments({
        batches: batches - group.batches,
        squares: squares - group.squares,
        norm: norm - 2 * dot(total, group.sum) + dot(group.sum, group.sum),
      }),
    );
    return { all: this.#moments({ batches, squares, norm }), without };
  }

  /** @param sums number of batches, sum of their squared norms, and squared norm of the sum of their gradients */
  #moments(sums: { readonly batches: number; readonly squares: number; readonly norm: number }): Moments {
    const { batches, squares, norm } = sums;
    const { batchSize, images } = this.#sampling;
    const ofBatch = (squares - norm / batches) / (batches - 1);
    // The mean over all images has no error.
    const left = 1 - (batches * batchSize) / images;
    return { variance: batchSize * ofBatch, squaredNorm: norm / batches ** 2 - (left * ofBatch) / batches };
  }
}
