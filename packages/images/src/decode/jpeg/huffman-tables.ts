import type { HuffmanCodes } from "./frame.ts";
import type { Kernels } from "./kernels.ts";

/** Bytes of a code: the number of codes of each length, and up to 256 symbols. */
const CODE_BYTES = 16 + 256;

/** Tables of each kind: one for each component. */
const PER_KIND = 3;

/**
 * The lookup tables of Huffman codes. Most files of a data set have the same codes, so that the tables of the last file are
 * used again.
 */
export class HuffmanTables {
  readonly #kernels: Kernels;
  readonly #start: number;
  readonly #size: number;
  /** The code of each table: first those of the first coefficients (DC), then those of the others (AC). */
  readonly #codes = Array.from({ length: 2 * PER_KIND }, () => Buffer.alloc(CODE_BYTES));

  /** @param start the address of the memory for the tables */
  constructor(kernels: Kernels, start: number) {
    this.#kernels = kernels;
    this.#start = start;
    this.#size = kernels.tableBytes();
  }

  /** The address after the tables. */
  get end(): number {
    return this.#start + this.#codes.length * this.#size + CODE_BYTES;
  }

  /**
   * Returns the address of a component's table, which is valid for this file.
   * @param index index of the component; those of lower indices have their tables already
   * @returns null if the lengths do not form a code
   */
  tableOf(codes: HuffmanCodes, index: number, ofCoefficients: boolean): number | null {
    const bytes = Buffer.alloc(CODE_BYTES);
    bytes.set(codes.counts);
    bytes.set(codes.symbols, 16);
    const first = ofCoefficients ? PER_KIND : 0;
    for (let slot = first; slot <= first + index; slot++) {
      if (this.#codes[slot]?.equals(bytes)) return this.#start + slot * this.#size;
    }
    const slot = first + index;
    const [table, address] = [this.#start + slot * this.#size, this.end - CODE_BYTES];
    new Uint8Array(this.#kernels.memory.buffer).set(bytes, address);
    const isCode = this.#kernels.buildTable(table, address, ofCoefficients) !== 0;
    this.#codes[slot] = isCode ? bytes : Buffer.alloc(CODE_BYTES);
    return isCode ? table : null;
  }
}
