/** Initial capacity of a column in rows. */
const ROOM = 1024;

/**
 * Metrics of all steps, as a column of numbers for each name. A value takes 8 bytes; an object per step would take several
 * times as much.
 */
export class StepTable {
  readonly #names: string[] = [];
  /** With room for more rows; what no row has set is NaN. */
  readonly #columns: Float64Array[] = [];
  readonly #views = new Map<string, Float64Array>();
  #length = 0;

  /** Rows so far. */
  get length(): number {
    return this.#length;
  }

  /** The columns' names, in the order in which they came. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** The values of one name, NaN where a row has none; the same array until a row is added. */
  column(name: string): Float64Array {
    const known = this.#views.get(name);
    if (known?.length === this.#length) return known;
    const i = this.#names.indexOf(name);
    const view = i < 0 ? empty(this.#length) : this.#columnFor(i, this.#length).subarray(0, this.#length);
    this.#views.set(name, view);
    return view;
  }

  /** Adds a row. */
  add(row: Readonly<Record<string, number>>): void {
    let place = 0;
    for (const name in row) {
      // Rows have the same names in the same order, nearly always.
      const i = this.#names[place] === name ? place : this.#placeOf(name);
      this.#columnFor(i, this.#length + 1)[this.#length] = row[name] as number;
      place++;
    }
    this.#length++;
  }

  #placeOf(name: string): number {
    const known = this.#names.indexOf(name);
    if (known >= 0) return known;
    this.#columns.push(empty(ROOM));
    return this.#names.push(name) - 1;
  }

  /** A column with room for that many rows. */
  #columnFor(i: number, rows: number): Float64Array {
    const column = this.#columns[i] as Float64Array;
    if (column.length >= rows) return column;
    const larger = new Float64Array(2 * rows);
    larger.set(column);
    larger.fill(Number.NaN, column.length);
    this.#columns[i] = larger;
    return larger;
  }
}

const empty = (rows: number): Float64Array => new Float64Array(rows).fill(Number.NaN);
