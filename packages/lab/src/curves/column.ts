import { float32, float64, type Growing } from "./growing.ts";

/** Number of entries that one entry of the next level summarizes. */
const FACTOR = 8;

/** Summaries of complete groups of entries of the level below. */
interface Level {
  readonly min: Growing<Float32Array>;
  readonly max: Growing<Float32Array>;
  readonly sum: Growing<Float64Array>;
  /** Number of finite values. */
  readonly count: Growing<Float64Array>;
}

/** Summary of some values; NaN if none of them is finite. */
export interface Summary {
  min: number;
  max: number;
  mean: number;
}

/**
 * Values of one metric with a pyramid of their minima, maxima and sums. The summary of any range visits a few entries of
 * each level, so that a plot of a million steps costs as much as one of a thousand. Values that are not finite are gaps.
 */
export class Column {
  readonly values = float32();
  readonly #levels: Level[] = [];

  get length(): number {
    return this.values.length;
  }

  /** Appends a value. */
  push(value: number): void {
    this.values.push(value);
    let length = this.values.length;
    for (let level = 0; length % FACTOR === 0; level++) {
      length /= FACTOR;
      this.#append(level, length);
    }
  }

  /** Summarizes the values from one index to another, which is excluded. The result holds until the next call. */
  summary(from: number, to: number): Summary {
    start();
    let [low, high] = [from, Math.min(to, this.length)];
    for (let level = 0; low < high; level++) {
      while (low < high && low % FACTOR !== 0) this.#take(level, low++);
      while (low < high && high % FACTOR !== 0) this.#take(level, --high);
      low /= FACTOR;
      high /= FACTOR;
    }
    return finish();
  }

  /** Appends the summary of the last group of a level to the level above. */
  #append(level: number, length: number): void {
    this.#levels[level] ??= { min: float32(), max: float32(), sum: float64(), count: float64() };
    start();
    for (let index = (length - 1) * FACTOR; index < length * FACTOR; index++) this.#take(level, index);
    const above = this.#levels[level] as Level;
    above.min.push(low);
    above.max.push(high);
    above.sum.push(sum);
    above.count.push(count);
  }

  /** Adds an entry to the running summary. Level 0 holds the values. */
  #take(level: number, index: number): void {
    if (level === 0) {
      const value = this.values.at(index) as number;
      if (Number.isFinite(value)) add(value, value, value, 1);
      return;
    }
    const { min, max, sum, count } = this.#levels[level - 1] as Level;
    add(min.at(index) as number, max.at(index) as number, sum.at(index) as number, count.at(index) as number);
  }
}

// The running summary has variables of its own because an object for each of a million buckets would be slow.
let [low, high, sum, count] = [0, 0, 0, 0];
const result: Summary = { min: Number.NaN, max: Number.NaN, mean: Number.NaN };

function start(): void {
  [low, high, sum, count] = [Infinity, -Infinity, 0, 0];
}

function add(min: number, max: number, total: number, values: number): void {
  if (min < low) low = min;
  if (max > high) high = max;
  sum += total;
  count += values;
}

function finish(): Summary {
  result.min = count > 0 ? low : Number.NaN;
  result.max = count > 0 ? high : Number.NaN;
  result.mean = count > 0 ? sum / count : Number.NaN;
  return result;
}
