import type { ScanBits } from "./entropy-bits.ts";
import {
  type CoefficientTable,
  ENDS_BLOCK,
  type HuffmanTable,
  LOOKUP_BITS,
  RUN_SHIFT,
  signed,
  VALUE_SHIFT,
} from "./huffman.ts";
import type { InverseTransform } from "./inverse-transform.ts";

/** A component of a scan, with the plane that its samples are written to. */
export interface ScanComponent {
  readonly across: number;
  readonly down: number;
  readonly dc: HuffmanTable;
  readonly ac: CoefficientTable;
  readonly transform: InverseTransform;
  /** Samples of the whole blocks, [down * units down * rows, stride]. */
  readonly plane: Float64Array;
  readonly stride: number;
  /** Columns and rows of blocks that are needed; the others are skipped. */
  readonly needed: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
}

const INDEX_SHIFT = 32 - LOOKUP_BITS;

/** Decodes the blocks of a scan. */
export class ScanDecoder {
  readonly #view: DataView;
  readonly #bits: ScanBits;
  /** Coefficients of one block, in zigzag order. All are 0 between blocks. */
  readonly #coefficients = new Float64Array(64);
  #hasWaves = false;
  #at = 0;

  constructor(bits: ScanBits) {
    this.#bits = bits;
    this.#view = bits.view;
  }

  /**
   * Writes the samples of all components into their planes.
   * @returns false if the data are damaged
   */
  decode(
    components: readonly ScanComponent[],
    unitsAcross: number,
    unitsDown: number,
    restartInterval: number,
  ): boolean {
    const { starts, end } = this.#bits;
    const units = unitsAcross * unitsDown;
    if (starts.length !== (restartInterval === 0 ? 1 : Math.ceil(units / restartInterval))) return false;
    const last = new Int32Array(components.length);
    let part = 0;
    for (let unit = 0; unit < units; unit++) {
      if (restartInterval > 0 && unit % restartInterval === 0) {
        if (this.#at > (starts[part] as number)) return false;
        this.#at = starts[part++] as number;
        last.fill(0);
      }
      const [unitRow, unitColumn] = [Math.floor(unit / unitsAcross), unit % unitsAcross];
      for (let c = 0; c < components.length; c++) {
        const component = components[c] as ScanComponent;
        const { across, down, needed, transform, stride } = component;
        for (let y = 0; y < down; y++) {
          const row = unitRow * down + y;
          for (let x = 0; x < across; x++) {
            const column = unitColumn * across + x;
            const isNeeded = row >= needed.top && row < needed.bottom && column >= needed.left && column < needed.right;
            const at = isNeeded ? row * transform.rows * stride + column * transform.columns : -1;
            const value = this.#block(component, last[c] as number, at);
            if (value === DAMAGED || this.#at > end) return false;
            last[c] = value;
          }
        }
      }
    }
    return true;
  }

  /**
   * Decodes one block.
   * @param previous the first coefficient of the previous block of the component
   * @param offset the place of its samples in the plane; -1 to skip the block
   * @returns its first coefficient, or `DAMAGED`
   */
  #block(component: ScanComponent, previous: number, offset: number): number {
    const { dc, ac, transform, plane, stride } = component;
    const difference = this.#readFirst(dc);
    if (difference === DAMAGED) return DAMAGED;
    const first = previous + difference;
    if (offset === -1) return this.#skipFrom(1, ac) ? first : DAMAGED;
    const next = this.#readCoefficients(ac, transform.used);
    if (next === DAMAGED) return DAMAGED;
    const mean = first * transform.meanFactor + 128;
    if (this.#hasWaves) transform.write(this.#coefficients, mean, plane, offset, stride);
    else
      for (let y = 0, to = offset; y < transform.rows; y++, to += stride)
        for (let x = 0; x < transform.columns; x++) plane[to + x] = mean;
    return this.#skipFrom(next, ac) ? first : DAMAGED;
  }

  /** Returns the difference of the first coefficient from that of the previous block, or `DAMAGED`. */
  #readFirst(dc: HuffmanTable): number {
    const view = this.#view;
    let at = this.#at;
    let bits = view.getUint32(at >>> 3) << (at & 7);
    const entry = (dc.symbols[bits >>> INDEX_SHIFT] as number) || longCode(dc, bits >>> 16);
    const [length, size] = [entry & 31, entry >> 5];
    if (length === 0 || size > 11) return DAMAGED;
    at += length;
    this.#at = at + size;
    if (size === 0) return 0;
    bits = view.getUint32(at >>> 3) << (at & 7);
    return signed(bits >>> (32 - size), size);
  }

  /**
   * Reads the coefficients from the second up to an index, and states in `#hasWaves` whether there are any.
   * @returns the index of the next one, or `DAMAGED`
   */
  #readCoefficients(ac: CoefficientTable, end: number): number {
    const view = this.#view;
    const coefficients = this.#coefficients;
    let at = this.#at;
    let hasWaves = false;
    let k = 1;
    while (k < end) {
      const bits = view.getUint32(at >>> 3) << (at & 7);
      let entry = ac.values[bits >>> INDEX_SHIFT] as number;
      if (entry === 0) entry = this.#longValue(ac, at);
      if (entry === 0) return DAMAGED;
      at += entry & 31;
      const run = (entry >> RUN_SHIFT) & 15;
      const value = entry >> VALUE_SHIFT;
      if (value === 0) {
        k = run === 15 ? k + 16 : END_OF_BLOCK;
        continue;
      }
      k += run;
      if (k > 63) return DAMAGED;
      if (k < end) {
        coefficients[k] = value;
        hasWaves = true;
      }
      k++;
    }
    this.#at = at;
    this.#hasWaves = hasWaves;
    return k;
  }

  /** Returns an entry like those of `values` for a code and a value that are longer; 0 if there is no such code. */
  #longValue(ac: CoefficientTable, at: number): number {
    const bits = this.#view.getUint32(at >>> 3) << (at & 7);
    const entry = (ac.symbols[bits >>> INDEX_SHIFT] as number) || longCode(ac, bits >>> 16);
    const [length, run, size] = [entry & 31, entry >> 9, (entry >> 5) & 15];
    if (length === 0) return 0;
    const from = at + length;
    const value = size === 0 ? 0 : signed((this.#view.getUint32(from >>> 3) << (from & 7)) >>> (32 - size), size);
    return (length + size) | (run << RUN_SHIFT) | (value << VALUE_SHIFT);
  }

  /** Passes the coefficients from an index to the end of the block; false if the data are damaged. */
  #skipFrom(index: number, ac: CoefficientTable): boolean {
    const view = this.#view;
    let at = this.#at;
    let k = index;
    while (k < 64) {
      const bits = view.getUint32(at >>> 3) << (at & 7);
      const entry = ac.skip[bits >>> INDEX_SHIFT] as number;
      const next = k + ((entry >> RUN_SHIFT) & 1023);
      if (entry !== 0 && (next < 64 || (next === 64 && entry < ENDS_BLOCK))) {
        at += entry & 31;
        k = entry >= ENDS_BLOCK ? END_OF_BLOCK : next;
        continue;
      }
      // The codes of the entry reach into the next block, or the code is long.
      const one = this.#longValue(ac, at);
      if (one === 0) return false;
      at += one & 31;
      const run = (one >> RUN_SHIFT) & 15;
      if (one >> VALUE_SHIFT !== 0) k += run + 1;
      else k = run === 15 ? k + 16 : END_OF_BLOCK;
    }
    this.#at = at;
    return k === 64 || k === END_OF_BLOCK;
  }
}

/** Index after the symbol that ends a block. */
const END_OF_BLOCK = 1 << 10;

/** Result of a damaged block, which no coefficient has. */
const DAMAGED = 1 << 30;

/** Returns the entry of a code of more than `LOOKUP_BITS` bits, which the next 16 bits begin with; 0 if there is none. */
function longCode({ limits, offsets, codes }: HuffmanTable, next: number): number {
  for (let length = LOOKUP_BITS + 1; length <= 16; length++) {
    if (next >= (limits[length] as number)) continue;
    return length | ((codes.symbols[(next >> (16 - length)) + (offsets[length] as number)] as number) << 5);
  }
  return 0;
}
