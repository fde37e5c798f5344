import { float32 } from "./growing.ts";

/** Number of entries that one entry of the next level summarizes. */
const FACTOR = 8;

/** Summaries of complete groups of entries of the level below. */
interface Level {
  min: Float32Array;
  max: Float32Array;
  sum: Float64Array;
  /** Numbers of finite values. */
  count: Float64Array;
  length: number;
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
  }

  /** Summarizes the values from one index to another, which is excluded. The result holds until the next call. */
  summary(from: number, to: number): Summary {
    this.#extend();
    start();
    const { raw } = this.values;
    let [first, last] = [from, Math.min(to, this.length)];
    for (let level = 0; first < last; level++) {
      for (; first < last && first % FACTOR !== 0; first++) take(raw, this.#levels, level, first);
      while (first < last && last % FACTOR !== 0) take(raw, this.#levels, level, --last);
      first /= FACTOR;
      last /= FACTOR;
    }
    return finish();
  }

  /** Adds the entries for groups that became complete. In one loop per level, this is many times faster than value by value. */
  #extend(): void {
    let complete = Math.floor(this.length / FACTOR);
    for (let level = 0; complete > 0; level++, complete = Math.floor(complete / FACTOR)) {
      this.#levels[level] ??= emptyLevel();
      const above = this.#levels[level] as Level;
      if (above.length === complete) return;
      reserve(above, complete);
      const below = this.#levels[level - 1];
      if (below === undefined) summarizeValues(this.values.raw, above, complete);
      else summarizeLevel(below, above, complete);
    }
  }
}

const emptyLevel = (): Level => ({
  min: new Float32Array(0),
  max: new Float32Array(0),
  sum: new Float64Array(0),
  count: new Float64Array(0),
  length: 0,
});

/** Makes room for a number of entries, with as much again to grow. */
function reserve(level: Level, entries: number): void {
  if (level.min.length >= entries) return;
  const grown = <A extends Float32Array | Float64Array>(larger: A, values: A): A => {
    larger.set(values);
    return larger;
  };
  level.min = grown(new Float32Array(2 * entries), level.min);
  level.max = grown(new Float32Array(2 * entries), level.max);
  level.sum = grown(new Float64Array(2 * entries), level.sum);
  level.count = grown(new Float64Array(2 * entries), level.count);
}

function summarizeValues(values: Float32Array, above: Level, complete: number): void {
  for (let entry = above.length; entry < complete; entry++) {
    start();
    for (let i = entry * FACTOR; i < (entry + 1) * FACTOR; i++) addValue(values[i] as number);
    store(above, entry);
  }
}

function summarizeLevel({ min, max, sum, count }: Level, above: Level, complete: number): void {
  for (let entry = above.length; entry < complete; entry++) {
    start();
    for (let i = entry * FACTOR; i < (entry + 1) * FACTOR; i++) {
      add(min[i] as number, max[i] as number, sum[i] as number, count[i] as number);
    }
    store(above, entry);
  }
}

/** Adds an entry to the running summary. Level 0 holds the values. */
function take(values: Float32Array, levels: readonly Level[], level: number, index: number): void {
  if (level === 0) {
    addValue(values[index] as number);
    return;
  }
  const { min, max, sum, count } = levels[level - 1] as Level;
  add(min[index] as number, max[index] as number, sum[index] as number, count[index] as number);
}

// The running summary has variables of its own because an object for each of a million buckets would be slow.
let low = 0;
let high = 0;
let total = 0;
let finite = 0;
const result: Summary = { min: Number.NaN, max: Number.NaN, mean: Number.NaN };

function start(): void {
  low = Infinity;
  high = -Infinity;
  total = 0;
  finite = 0;
}

function add(min: number, max: number, sum: number, count: number): void {
  if (min < low) low = min;
  if (max > high) high = max;
  total += sum;
  finite += count;
}

function addValue(value: number): void {
  // False for NaN and both infinities.
  if (value - value === 0) add(value, value, value, 1);
}

function store(level: Level, entry: number): void {
  level.min[entry] = low;
  level.max[entry] = high;
  level.sum[entry] = total;
  level.count[entry] = finite;
  level.length = entry + 1;
}

function finish(): Summary {
  result.min = finite > 0 ? low : Number.NaN;
  result.max = finite > 0 ? high : Number.NaN;
  result.mean = finite > 0 ? total / finite : Number.NaN;
  return result;
}
