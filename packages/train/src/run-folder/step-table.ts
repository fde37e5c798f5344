/** Rows that a new column has room for. */
const ROOM = 1024;

/**
 * What was measured at each step, a column of numbers for each name: 8 bytes a value, where an object for each step takes
 * several times as many.
 */
export class StepTable {
  readonly #columns = new Map<string, Float64Array>();
  readonly #views = new Map<string, Float64Array>();
  #length = 0;

  /** Rows so far. */
  get length(): number {
    return this.#length;
  }

  /** The columns' names, in the order in which they came. */
  get names(): string[] {
    return [...this.#columns.keys()];
  }

  /** The values of one name, NaN where a row has none; the same array until a row is added. */
  column(name: string): Float64Array {
    const known = this.#views.get(name);
    if (known?.length === this.#length) return known;
    const view = this.#columns.get(name)?.subarray(0, this.#length) ?? new Float64Array(this.#length).fill(Number.NaN);
    this.#views.set(name, view);
    return view;
  }

  /** Adds a row. */
  add(row: Readonly<Record<string, number>>): void {
    for (const name in row) this.#roomFor(name)[this.#length] = row[name] as number;
    this.#length++;
  }

  #roomFor(name: string): Float64Array {
    const column = this.#columns.get(name);
    if (column && column.length > this.#length) return column;
    const larger = new Float64Array(Math.max(ROOM, 2 * this.#length)).fill(Number.NaN);
    if (column) larger.set(column);
    this.#columns.set(name, larger);
    return larger;
  }
}
