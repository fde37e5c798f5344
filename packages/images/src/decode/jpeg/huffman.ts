import { byteAt } from "../../bytes.ts";
import type { HuffmanCodes } from "./frame.ts";

/** Bits of the index of the lookup tables. Longer codes are rare and are compared one by one. */
export const LOOKUP_BITS = 11;

/** Tables that decode one Huffman code. */
export interface HuffmanTable {
  /** By the next bits: length of the code | symbol << 5; 0 for longer codes. */
  readonly symbols: Uint16Array;
  /** Least number above the codes of each length, left-aligned in 16 bits. */
  readonly limits: Int32Array;
  /** Index of a symbol minus the code, by the length of the code. */
  readonly offsets: Int32Array;
  readonly codes: HuffmanCodes;
}

/**
 * Builds the tables of a code.
 * @returns null if the lengths do not form a code
 */
export function huffmanTable(codes: HuffmanCodes): HuffmanTable | null {
  const { counts, symbols: values } = codes;
  const symbols = new Uint16Array(1 << LOOKUP_BITS);
  const limits = new Int32Array(18);
  const offsets = new Int32Array(17);
  let [code, index] = [0, 0];
  for (let length = 1; length <= 16; length++) {
    const count = byteAt(counts, length - 1);
    offsets[length] = index - code;
    for (let i = 0; i < count && length <= LOOKUP_BITS; i++) {
      const from = (code + i) << (LOOKUP_BITS - length);
      symbols.fill(length | (byteAt(values, index + i) << 5), from, from + (1 << (LOOKUP_BITS - length)));
    }
    code += count;
    index += count;
    if (code > 1 << length) return null;
    limits[length] = code << (16 - length);
    code <<= 1;
  }
  limits[17] = 1 << 30;
  return { symbols, limits, offsets, codes };
}

/** Tables that decode the coefficients after the first one (AC), or skip them. */
export interface CoefficientTable extends HuffmanTable {
  /**
   * By the next bits: the length of a code with its value | the number of zeros before it << `RUN_SHIFT` | the value <<
   * `VALUE_SHIFT`; 0 if they are not complete in the bits. A value of 0 ends the block, or passes 16 zeros if there are any.
   */
  readonly values: Int32Array;
  /**
   * By the next bits: the length of all codes that are complete in them, with their values | the number of coefficients <<
   * `RUN_SHIFT` | `ENDS_BLOCK`. Skipping thus passes several coefficients at once.
   */
  readonly skip: Uint16Array;
}

export const RUN_SHIFT = 5;
export const VALUE_SHIFT = 9;

/** Marks an entry of a skip table whose last symbol ends the block. */
export const ENDS_BLOCK = 1 << 15;

/** Builds the tables of a code of coefficients after the first one; null if the lengths do not form a code. */
export function coefficientTable(codes: HuffmanCodes): CoefficientTable | null {
  const table = huffmanTable(codes);
  if (!table) return null;
  const size = 1 << LOOKUP_BITS;
  const values = new Int32Array(size);
  const skip = new Uint16Array(size);
  for (let bits = 0; bits < size; bits++) {
    let [used, advance, end] = [0, 0, 0];
    while (used < LOOKUP_BITS && end === 0) {
      const rest = (bits << used) & (size - 1);
      const entry = table.symbols[rest] as number;
      const length = entry & 31;
      if (length === 0 || used + length > LOOKUP_BITS) break;
      const [run, valueBits] = [entry >> 9, (entry >> 5) & 15];
      if (used === 0 && length + valueBits <= LOOKUP_BITS) {
        const value =
          valueBits === 0
            ? 0
            : signed((rest >> (LOOKUP_BITS - length - valueBits)) & ((1 << valueBits) - 1), valueBits);
        values[bits] = (length + valueBits) | (run << RUN_SHIFT) | (value << VALUE_SHIFT);
      }
      used += length + valueBits;
      if (valueBits > 0) advance += run + 1;
      else if (run === 15) advance += 16;
      else end = ENDS_BLOCK;
    }
    skip[bits] = used | (advance << RUN_SHIFT) | end;
  }
  return { ...table, values, skip };
}

/** Returns the signed value of the bits that follow a code. */
export const signed = (bits: number, size: number): number => (bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits);
