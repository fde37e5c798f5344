/** Initial capacity in numbers. */
const ROOM = 1024;

/** Array of numbers that grows at its end. */
export class Growing<A extends Float32Array | Float64Array> {
  #values: A;
  #length = 0;
  readonly #create: (length: number) => A;

  /** @param create returns an array of some length */
  constructor(create: (length: number) => A) {
    this.#create = create;
    this.#values = create(ROOM);
  }

  get length(): number {
    return this.#length;
  }

  /** Values so far. Further values may move to another array. */
  get values(): A {
    return this.#values.subarray(0, this.#length) as A;
  }

  /** Values so far, followed by unused room. */
  get raw(): A {
    return this.#values;
  }

  /** Returns a value; undefined beyond the end. */
  at(index: number): number | undefined {
    return index < this.#length ? this.#values[index] : undefined;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = this.#create(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }
}

export const float32 = (): Growing<Float32Array> => new Growing((length) => new Float32Array(length));
export const float64 = (): Growing<Float64Array> => new Growing((length) => new Float64Array(length));
