import type { ScanBits } from "./entropy-bits.ts";
import { ENDS_BLOCK, type HuffmanTable, LOOKUP_BITS, SKIP_SHIFT, type SkippingTable } from "./huffman.ts";
import type { InverseTransform } from "./inverse-transform.ts";

/** A component of a scan, with the plane that its samples are written to. */
export interface ScanComponent {
  readonly across: number;
  readonly down: number;
  readonly dc: HuffmanTable;
  readonly ac: SkippingTable;
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
  #block({ dc, ac, transform, plane, stride }: ScanComponent, previous: number, offset: number): number {
    const view = this.#view;
    const coefficients = this.#coefficients;
    let at = this.#at;
    let bits = view.getUint32(at >>> 3) << (at & 7);
    let entry = dc.symbols[bits >>> INDEX_SHIFT] as number;
    if (entry === 0) entry = longCode(dc, bits >>> 16);
    let length = entry & 31;
    let size = entry >> 5;
    if (length === 0 || size > 11) return DAMAGED;
    at += length;
    let first = previous;
    if (size > 0) {
      bits = view.getUint32(at >>> 3) << (at & 7);
      first += extend(bits >>> (32 - size), size);
      at += size;
    }
    let k = 1;
    if (offset >= 0) {
      const { used } = transform;
      let nonzero = false;
      while (k < used) {
        bits = view.getUint32(at >>> 3) << (at & 7);
        entry = ac.symbols[bits >>> INDEX_SHIFT] as number;
        if (entry === 0) entry = longCode(ac, bits >>> 16);
        length = entry & 31;
        if (length === 0) return DAMAGED;
        size = (entry >> 5) & 15;
        at += length;
        if (size === 0) {
          k = entry >> 9 === 15 ? k + 16 : END_OF_BLOCK;
          continue;
        }
        k += entry >> 9;
        if (k > 63) return DAMAGED;
        if (k < used) {
          if (length + size > 25) bits = view.getUint32(at >>> 3) << (at & 7);
          else bits <<= length;
          coefficients[k] = extend(bits >>> (32 - size), size);
          nonzero = true;
        }
        at += size;
        k++;
      }
      const mean = first * transform.meanFactor + 128;
      if (nonzero) transform.write(coefficients, mean, plane, offset, stride);
      else
        for (let y = 0, to = offset; y < transform.rows; y++, to += stride)
          for (let x = 0; x < transform.columns; x++) plane[to + x] = mean;
    }
    while (k < 64) {
      bits = view.getUint32(at >>> 3) << (at & 7);
      entry = ac.skip[bits >>> INDEX_SHIFT] as number;
      const next = k + ((entry >> SKIP_SHIFT) & 1023);
      if (entry !== 0 && (next < 64 || (next === 64 && entry < ENDS_BLOCK))) {
        at += entry & 31;
        k = entry >= ENDS_BLOCK ? END_OF_BLOCK : next;
        continue;
      }
      // The table's entry reaches into the next block, or the code is long.
      entry = ac.symbols[bits >>> INDEX_SHIFT] as number;
      if (entry === 0) entry = longCode(ac, bits >>> 16);
      length = entry & 31;
      if (length === 0) return DAMAGED;
      size = (entry >> 5) & 15;
      at += length + size;
      if (size > 0) k += (entry >> 9) + 1;
      else if (entry >> 9 === 15) k += 16;
      else k = END_OF_BLOCK;
      if (k > 64 && k !== END_OF_BLOCK) return DAMAGED;
    }
    this.#at = at;
    return first;
  }
}

/** Index after the symbol that ends a block. */
const END_OF_BLOCK = 1 << 10;

/** Result of a damaged block, which no coefficient has. */
const DAMAGED = 1 << 30;

/** Returns the signed value of the bits that follow a code. */
const extend = (bits: number, size: number): number => (bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits);

/** Returns the entry of a code of more than `LOOKUP_BITS` bits, which the next 16 bits begin with; 0 if there is none. */
function longCode({ limits, offsets, codes }: HuffmanTable, next: number): number {
  for (let length = LOOKUP_BITS + 1; length <= 16; length++) {
    if (next >= (limits[length] as number)) continue;
    return length | ((codes.symbols[(next >> (16 - length)) + (offsets[length] as number)] as number) << 5);
  }
  return 0;
}
