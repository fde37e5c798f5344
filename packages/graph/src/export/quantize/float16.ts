/** Rounds float32 numbers to the nearest float16 ones, ties to even, and returns their bits. */
export function toFloat16(numbers: Float32Array): Uint16Array {
  const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  return Uint16Array.from(bits, (word) => {
    const sign = (word >>> 16) & 0x8000;
    const magnitude = word & 0x7fffffff;
    // Infinity and NaN, and numbers that round to infinity.
    if (magnitude >= 0x47800000) return sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
    // Normal numbers: the exponent's bias is 15 instead of 127, and 13 bits are rounded off.
    if (magnitude >= 0x38800000) return sign + ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
    if (magnitude < 0x33000000) return sign;
    const shift = 126 - (magnitude >>> 23);
    const mantissa = (magnitude & 0x7fffff) | 0x800000;
    const half = 1 << (shift - 1);
    return sign + ((mantissa + half - 1 + ((mantissa >>> shift) & 1)) >>> shift);
  });
}
