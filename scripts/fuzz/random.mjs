import { randomAt, randomKey } from "@downhill/optim/random";

/** The random numbers of one input: a pure function of target, seed and index. */
export class Random {
  #key;
  #drawn = 0;

  constructor(target, seed, index) {
    this.#key = randomKey(seed, index, target);
  }

  /** Returns a number from 0 to below 1. */
  share() {
    return randomAt(this.#drawn++, this.#key, 0);
  }

  /** Returns a whole number from 0 to below a limit. */
  below(limit) {
    return Math.floor(this.share() * limit);
  }

  pick(values) {
    return values[this.below(values.length)];
  }
}
