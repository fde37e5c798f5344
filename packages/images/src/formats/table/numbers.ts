/** A list of 32-bit integers that grows. */
export class Numbers {
  #values = new Int32Array(1024);
  length = 0;

  add(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Int32Array(2 * this.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  toArray(): Int32Array {
    return this.#values.slice(0, this.length);
  }
}
