/** Bits of the index of the lookup tables. Longer codes are rare and are compared one by one. */
export const LOOKUP_BITS = 10;

const SIZE = 1 << LOOKUP_BITS;
const INDEX_SHIFT = 64 - LOOKUP_BITS;

/** Marks an entry of a skip table whose last symbol ends the block. */
export const ENDS_BLOCK = 1 << 15;

export const RUN_SHIFT = 5;
export const VALUE_SHIFT = 9;

// Offsets in the memory of a table. A table of coefficients after the first one (AC) has two more lookup tables.

/** By the next bits: length of the code | symbol << 5; 0 for longer codes. [SIZE] of u16. */
const SYMBOLS = 0;
/** The least number above the codes of each length, left-aligned in 16 bits. [18] of i32. */
const LIMITS = 2 * SIZE;
/** The index of a symbol minus the code, by the length of the code. [17] of i32. */
const OFFSETS = LIMITS + 4 * 18;
/** The symbols in the order of their codes. [256] of u8. */
const ORDERED = OFFSETS + 4 * 17;
/**
 * By the next bits: the length of a code with its value | the number of zeros before it << `RUN_SHIFT` | the value <<
 * `VALUE_SHIFT`; 0 if they are not complete in the bits. A value of 0 ends the block, or passes 16 zeros if there are any.
 * [SIZE] of i32.
 */
const VALUES = ORDERED + 256 + 4;
/**
 * By the next bits: the length of all codes that are complete in them, with their values | the number of coefficients <<
 * `RUN_SHIFT` | `ENDS_BLOCK`. Skipping thus passes several coefficients at once. [SIZE] of u16.
 */
const SKIP = VALUES + 4 * SIZE;

/** Returns the number of bytes of a table. */
export function tableBytes(): i32 {
  return SKIP + 2 * SIZE;
}

/**
 * Builds the lookup tables of a Huffman code.
 * @param codes address of the number of codes of each length from 1 to 16, followed by 256 bytes of symbols
 * @param ofCoefficients true for a code of coefficients after the first one
 * @returns false if the lengths do not form a code
 */
export function buildTable(table: usize, codes: usize, ofCoefficients: bool): bool {
  memory.fill(table, 0, tableBytes());
  memory.copy(table + ORDERED, codes + 16, 256);
  let code = 0;
  let index = 0;
  for (let bits = 1; bits <= 16; bits++) {
    const count = <i32>load<u8>(codes + bits - 1);
    store<i32>(table + OFFSETS + 4 * bits, index - code);
    if (bits <= LOOKUP_BITS) {
      if (code + count > 1 << bits) return false;
      for (let i = 0; i < count; i++) {
        const entry = <u16>(bits | ((<i32>load<u8>(codes + 16 + index + i)) << 5));
        const from = (code + i) << (LOOKUP_BITS - bits);
        for (let k = 0; k < 1 << (LOOKUP_BITS - bits); k++) store<u16>(table + SYMBOLS + 2 * (from + k), entry);
      }
    }
    code += count;
    index += count;
    if (code > 1 << bits) return false;
    store<i32>(table + LIMITS + 4 * bits, code << (16 - bits));
    code <<= 1;
  }
  if (ofCoefficients) buildLookups(table);
  return true;
}

function buildLookups(table: usize): void {
  for (let bits = 0; bits < SIZE; bits++) {
    let used = 0;
    let passed = 0;
    let end = 0;
    while (used < LOOKUP_BITS && end === 0) {
      const rest = (bits << used) & (SIZE - 1);
      const entry = <i32>load<u16>(table + SYMBOLS + 2 * rest);
      const length = entry & 31;
      if (length === 0 || used + length > LOOKUP_BITS) break;
      const run = entry >> 9;
      const size = (entry >> 5) & 15;
      if (used === 0 && length + size <= LOOKUP_BITS) {
        const value = size === 0 ? 0 : signed((rest >> (LOOKUP_BITS - length - size)) & ((1 << size) - 1), size);
        store<i32>(table + VALUES + 4 * bits, (length + size) | (run << RUN_SHIFT) | (value << VALUE_SHIFT));
      }
      used += length + size;
      if (size > 0) passed += run + 1;
      else if (run === 15) passed += 16;
      else end = ENDS_BLOCK;
    }
    store<u16>(table + SKIP + 2 * bits, <u16>(used | (passed << RUN_SHIFT) | end));
  }
}

/** Returns the signed value of the bits that follow a code. */
function signed(bits: i32, size: i32): i32 {
  return bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
}

/** Returns the signed value of the next bits, from none to 15. */
export function signedBits(bits: u64, size: i32): i32 {
  return size === 0 ? 0 : signed(<i32>(bits >>> (64 - size)), size);
}

/** Returns the length of the next code | its symbol << 5; 0 if there is none. */
export function symbolAt(table: usize, bits: u64): i32 {
  const entry = <i32>load<u16>(table + SYMBOLS + 2 * <usize>(bits >>> INDEX_SHIFT));
  return entry !== 0 ? entry : longCode(table, <i32>(bits >>> 48));
}

function longCode(table: usize, next: i32): i32 {
  for (let length = LOOKUP_BITS + 1; length <= 16; length++) {
    if (next >= load<i32>(table + LIMITS + 4 * length)) continue;
    const index = (next >> (16 - length)) + load<i32>(table + OFFSETS + 4 * length);
    return length | ((<i32>load<u8>(table + ORDERED + index)) << 5);
  }
  return 0;
}

/** Returns the entry of the next code with its value, as those of `VALUES`; 0 if there is no such code. */
export function coefficientAt(table: usize, bits: u64): i32 {
  const entry = load<i32>(table + VALUES + 4 * <usize>(bits >>> INDEX_SHIFT));
  return entry !== 0 ? entry : longCoefficient(table, bits);
}

export function longCoefficient(table: usize, bits: u64): i32 {
  const entry = symbolAt(table, bits);
  const length = entry & 31;
  if (length === 0) return 0;
  const size = (entry >> 5) & 15;
  return (length + size) | ((entry >> 9) << RUN_SHIFT) | (signedBits(bits << length, size) << VALUE_SHIFT);
}

/** Returns the entry of `SKIP` for the next bits. */
export function skipAt(table: usize, bits: u64): i32 {
  return load<u16>(table + SKIP + 2 * <usize>(bits >>> INDEX_SHIFT));
}
