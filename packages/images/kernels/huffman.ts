/** Bits of the index of the table of symbols. Longer codes are rare, and are compared one by one. */
const SYMBOL_BITS = 10;

/** Bits of the index of the table that passes several coefficients at once. */
export const SKIP_BITS = 12;

/** Marks an entry of a skip table whose last symbol ends the block. Without a length, it marks the lack of an entry. */
export const ENDS_BLOCK = 1 << 15;

/** Position of the number of coefficients in an entry of a skip table. */
export const COUNT_SHIFT = 5;

/** Positions of the value's number of bits, and of the number of coefficients, in an entry of a table of symbols. */
const SIZE_SHIFT = 5;
export const ADVANCE_SHIFT = 9;

/** Number of coefficients of a symbol that ends the block: more than there are. */
export const TO_THE_END = 127;

// Offsets in the memory of a table. A table of coefficients after the first one (AC) has a skip table.

/**
 * By the next bits: length of the code with its value | bits of the value << `SIZE_SHIFT` | number of coefficients, with the
 * zeros before it << `ADVANCE_SHIFT`; 0 for longer codes. [2 ** SYMBOL_BITS] of u16.
 */
const SYMBOLS = 0;
/** The least number above the codes of each length, left-aligned in 16 bits. [18] of i32. */
const LIMITS = 2 << SYMBOL_BITS;
/** The index of a symbol minus the code, by the length of the code. [17] of i32. */
const OFFSETS = LIMITS + 4 * 18;
/** The symbols in the order of their codes. [256] of u8. */
const ORDERED = OFFSETS + 4 * 17;
/**
 * By the next bits: the length of all codes that are complete in them, with their values | the number of coefficients <<
 * `COUNT_SHIFT` | `ENDS_BLOCK`. Skipping thus passes several coefficients at once. [2 ** SKIP_BITS] of u16.
 */
const SKIPS = ORDERED + 256 + 4;

/** The symbol of 16 zeros. Others without a value end the block. */
const PASSES_ZEROS = 0xf0;

/** The skip tables for fewer bits, one after another: that for `bits` begins at entry 2 ** `bits`. */
const shorter: usize = memory.data(2 << SKIP_BITS, 16);

/** Returns the number of bytes of a table. */
export function tableBytes(): i32 {
  return SKIPS + (2 << SKIP_BITS);
}

/**
 * Builds the lookup tables of a Huffman code.
 * @param codes address of the number of codes of each length from 1 to 16, followed by 256 bytes of symbols
 * @param ofCoefficients true for a code of coefficients after the first one
 * @returns false if the lengths do not form a code
 */
export function buildTable(table: usize, codes: usize, ofCoefficients: bool): bool {
  memory.fill(table, 0, SKIPS);
  memory.copy(table + ORDERED, codes + 16, 256);
  let code = 0;
  let index = 0;
  for (let bits = 1; bits <= 16; bits++) {
    const count = <i32>load<u8>(codes + bits - 1);
    store<i32>(table + OFFSETS + 4 * bits, index - code);
    if (bits <= SYMBOL_BITS) {
      if (code + count > 1 << bits) return false;
      for (let i = 0; i < count; i++) {
        const symbol = <i32>load<u8>(codes + 16 + index + i);
        // A first coefficient has no zeros before it.
        if (!ofCoefficients && symbol > 15) return false;
        const from = (code + i) << (SYMBOL_BITS - bits);
        fill(table + SYMBOLS + 2 * from, entryOf(bits, symbol), 1 << (SYMBOL_BITS - bits));
      }
    }
    code += count;
    index += count;
    if (code > 1 << bits) return false;
    store<i32>(table + LIMITS + 4 * bits, code << (16 - bits));
    code <<= 1;
  }
  if (ofCoefficients) buildSkips(table, codes);
  return true;
}

/** Returns the entry of a code of some bits in the table of symbols. */
function entryOf(bits: i32, symbol: i32): i32 {
  const size = symbol & 15;
  const advance = size === 0 && symbol !== PASSES_ZEROS ? TO_THE_END : (symbol >> 4) + 1;
  return (bits + size) | (size << SIZE_SHIFT) | (advance << ADVANCE_SHIFT);
}

function fill(to: usize, entry: i32, count: i32): void {
  const entries = i16x8.splat(<i16>entry);
  let i = 0;
  for (; i + 8 <= count; i += 8) v128.store(to + 2 * i, entries);
  for (; i < count; i++) store<u16>(to + 2 * i, <u16>entry);
}

/** Builds the skip tables for 1, 2, 3 bits and so on: after its first symbol, an entry is one of a table for fewer bits. */
function buildSkips(table: usize, codes: usize): void {
  store<u16>(shorter + 2, 0);
  for (let bits = 1; bits <= SKIP_BITS; bits++) {
    const into = bits < SKIP_BITS ? shorter + (2 << bits) : table + SKIPS;
    fill(into, bits < SKIP_BITS ? 0 : ENDS_BLOCK, 1 << bits);
    let code = 0;
    let index = 0;
    for (let length = 1; length <= bits; length++) {
      const count = <i32>load<u8>(codes + length - 1);
      for (let i = 0; i < count; i++) {
        const symbol = <i32>load<u8>(codes + 16 + index + i);
        const whole = length + (symbol & 15);
        if (whole > bits) continue;
        addSkips(into + 2 * ((code + i) << (bits - length)), symbol, whole, bits - whole);
      }
      code = (code + count) << 1;
      index += count;
    }
  }
}

/** Writes the entries that begin with a symbol, for all of its values, from those for the bits that are left. */
function addSkips(to: usize, symbol: i32, whole: i32, left: i32): void {
  const size = symbol & 15;
  const count = 1 << left;
  if (size === 0 && symbol !== PASSES_ZEROS) {
    fill(to, whole | ENDS_BLOCK, count);
    return;
  }
  const first = whole | (((symbol >> 4) + 1) << COUNT_SHIFT);
  const rest = shorter + (2 << left);
  const firsts = i16x8.splat(<i16>first);
  const end = to + 2 * (count << size);
  while (to < end) {
    let i = 0;
    for (; i + 8 <= count; i += 8) v128.store(to + 2 * i, i16x8.add(v128.load(rest + 2 * i), firsts));
    for (; i < count; i++) store<u16>(to + 2 * i, <u16>(<i32>load<u16>(rest + 2 * i) + first));
    to += 2 * count;
  }
}

/** Returns the bits of the value in an entry. */
export function sizeOf(entry: i32): i32 {
  return (entry >> SIZE_SHIFT) & 15;
}

/** Returns the signed value (amplitude) that follows the code of an entry; 0 if there is none. */
export function amplitudeOf(bits: u64, entry: i32): i32 {
  const size = sizeOf(entry);
  const value = bits << ((entry & 31) - size);
  // The first bit of a negative value is 0.
  return <i32>((value >>> 1) >>> (63 - size)) + ((<i32>(value >>> 63) - 1) & (1 - (1 << size)));
}

/** Returns the entry of the next code; 0 for a long code. */
export function symbolAt(table: usize, bits: u64): i32 {
  return load<u16>(table + 2 * <usize>(bits >>> (64 - SYMBOL_BITS)), SYMBOLS);
}

/** Returns the entry of a long code, as `symbolAt`; 0 if there is no such code. */
export function longSymbolAt(table: usize, bits: u64): i32 {
  const next = <i32>(bits >>> 48);
  for (let length = SYMBOL_BITS + 1; length <= 16; length++) {
    if (next >= load<i32>(table + LIMITS + 4 * length)) continue;
    const index = (next >> (16 - length)) + load<i32>(table + OFFSETS + 4 * length);
    return entryOf(length, load<u8>(table + ORDERED + index));
  }
  return 0;
}

/** Returns the entry of the skip table for the next bits. */
export function skipAt(table: usize, bits: u64): i32 {
  return load<u16>(table + 2 * <usize>(bits >>> (64 - SKIP_BITS)), SKIPS);
}
