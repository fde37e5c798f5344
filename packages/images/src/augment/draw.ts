import { randomAt, randomKey, wholeAt } from "../random.ts";

/** The random numbers of one augmentation for one image: pure functions of seed, epoch, image and site. */
export class Draw {
  /** The index of the image. The pipeline sets it before each image. */
  image = 0;
  readonly #seed: number;
  readonly #name: string;
  readonly #seedKey: number;
  #epoch = -1;
  #epochKey = 0;

  constructor(seed: number, name: string) {
    this.#seed = seed;
    this.#name = name;
    this.#seedKey = randomKey(seed, 0, `always ${name}`);
  }

  get epoch(): number {
    return this.#epoch;
  }

  set epoch(epoch: number) {
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    this.#epochKey = randomKey(this.#seed, epoch, this.#name);
  }

  /** Draws a number from 0 to below 1. Sites are independent. */
  uniform(site: number): number {
    return randomAt(this.image, this.#epochKey, site);
  }

  /** Draws a number from `-most` to `most`. */
  symmetric(most: number, site: number): number {
    return most * (2 * this.uniform(site) - 1);
  }

  /** Draws a whole number from 0 to below `limit`. */
  whole(limit: number, site: number): number {
    return wholeAt(this.image, this.#epochKey, limit, site);
  }

  /** Draws a number from 0 to below 1 that is the same in every epoch. */
  always(site: number): number {
    return randomAt(this.image, this.#seedKey, site);
  }
}
