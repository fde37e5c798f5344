import type { Column } from "./column.ts";
import { float32, type Growing } from "./growing.ts";

/** Largest number of smoothed versions of a column that are kept. */
const KEPT = 3;

/**
 * Exponential moving average of the values of a column: the mean of all values so far, with weights that halve every
 * `halfLife` steps. The first values have no bias towards 0. Gaps do not change it.
 */
class Smoothed {
  readonly values: Growing<Float32Array> = float32();
  readonly #keep: number;
  #sum = 0;
  #weight = 0;

  constructor(halfLife: number) {
    this.#keep = 2 ** (-1 / halfLife);
  }

  /** Adds the values that the column has gained. */
  follow(column: Column): void {
    const { raw, length } = column.values;
    for (let index = this.values.length; index < length; index++) {
      const value = raw[index] as number;
      if (Number.isFinite(value)) {
        this.#sum = this.#keep * this.#sum + value;
        this.#weight = this.#keep * this.#weight + 1;
      }
      this.values.push(this.#sum / this.#weight);
    }
  }
}

/** Smoothed versions of columns, computed from the raw values and extended as these grow. */
export class Smoother {
  readonly #kept = new Map<Column, Map<number, Smoothed>>();

  /** Returns the smoothed values of a column. */
  smooth(column: Column, halfLife: number): Growing<Float32Array> {
    const versions = this.#kept.get(column) ?? new Map<number, Smoothed>();
    this.#kept.set(column, versions);
    const version = versions.get(halfLife) ?? new Smoothed(halfLife);
    // The last used one becomes the last of the map.
    versions.delete(halfLife);
    versions.set(halfLife, version);
    for (const oldest of versions.keys()) {
      if (versions.size <= KEPT) break;
      versions.delete(oldest);
    }
    version.follow(column);
    return version.values;
  }
}
