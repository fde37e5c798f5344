import { randomAt, randomKey } from "@downhill/optim/random";

/** Random numbers of one input: the same for the same target, seed and index. */
export class Random {
  #key;
  #drawn = 0;

  constructor(target, seed, index) {
    this.#key = randomKey(seed, index, target);
  }

  /** At least 0, below 1. */
  share() {
    return randomAt(this.#drawn++, this.#key, 0);
  }

  /** A whole number from 0 to below a limit. */
  below(limit) {
    return Math.floor(this.share() * limit);
  }

  pick(values) {
    return values[this.below(values.length)];
  }
}
