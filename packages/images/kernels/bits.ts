/** Bytes of zeros after the last bit. Damaged data are noticed after a block, which has 64 values of at most 31 bits. */
const PADDING = 272;

/** Address below which the bits of the scan lie, from its first byte at the highest address to its last byte. */
let top: usize = 0;

/** Number of bits of the scan. */
let length: u32 = 0;

export function bitCount(): u32 {
  return length;
}

/** Returns the address of the first bits, for `peek`. */
export function firstBits(): usize {
  return top - 8;
}

/** Number of bits that are valid after `peek`. */
export const PEEKED = 57;

/** Returns the bits from a position, at least 57 of them, the first one as the highest. */
export function peek(first: usize, at: u32): u64 {
  return load<u64>(first - (at >>> 3)) << (at & 7);
}

/**
 * Removes the stuffed bytes of a scan, and separates its parts at the restart markers. The bytes are kept in reverse order:
 * a little-endian load then has the first bits highest.
 * @param file address of the scan's first byte
 * @param end address after the file's last byte; 16 more bytes can be read
 * @param into address after the memory for the bits, which has as many bytes as the scan, and `PADDING` more
 * @param starts address for the first bit of each part
 * @param most number of parts for which there is room
 * @returns the number of parts; 0 if the file does not end with its only scan, or has more parts
 */
export function readBits(file: usize, end: usize, into: usize, starts: usize, most: i32): i32 {
  top = into;
  store<u32>(starts, 0);
  let parts = 1;
  let from = file;
  let to = into;
  const mark = i8x16.splat(-1);
  while (from < end) {
    const bytes = v128.load(from);
    if (from + 16 <= end && !v128.any_true(i8x16.eq(bytes, mark))) {
      to -= 16;
      v128.store(to, i8x16.shuffle(bytes, bytes, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
      from += 16;
      continue;
    }
    // Up to the next marker or stuffed byte.
    let byte = load<u8>(from);
    while (byte !== 0xff) {
      store<u8>(--to, byte);
      if (++from === end) return 0;
      byte = load<u8>(from);
    }
    if (from + 1 >= end) return 0;
    const marker = load<u8>(from + 1);
    if (marker === 0) store<u8>(--to, 0xff);
    from += marker === 0xff ? 1 : 2;
    if (marker >= 0xd0 && marker <= 0xd7) {
      if (parts === most) return 0;
      store<u32>(starts + 4 * parts++, 8 * <u32>(into - to));
    } else if (marker === 0xd9) {
      length = 8 * <u32>(into - to);
      memory.fill(to - PADDING, 0, PADDING);
      return parts;
    } else if (marker !== 0 && marker !== 0xff) return 0;
  }
  return 0;
}
