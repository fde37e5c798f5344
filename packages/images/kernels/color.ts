/**
 * Converts planes of YCbCr (ITU-R BT.601, full range) to bytes of red, green and blue, rounded to the nearest.
 * @param count number of pixels, a multiple of four
 * @param into [3, count]
 */
export function toRgb(y: usize, cb: usize, cr: usize, count: i32, into: usize): void {
  const middle = f32x4.splat(128);
  for (let i = 0; i < count; i += 4) {
    const value = v128.load(y + 4 * i);
    const blue = f32x4.sub(v128.load(cb + 4 * i), middle);
    const red = f32x4.sub(v128.load(cr + 4 * i), middle);
    const less = f32x4.add(f32x4.mul(blue, f32x4.splat(0.344136)), f32x4.mul(red, f32x4.splat(0.714136)));
    storeBytes(into + i, f32x4.add(value, f32x4.mul(red, f32x4.splat(1.402))));
    storeBytes(into + count + i, f32x4.sub(value, less));
    storeBytes(into + 2 * count + i, f32x4.add(value, f32x4.mul(blue, f32x4.splat(1.772))));
  }
}

/** Converts a plane of gray to bytes. @param count number of pixels, a multiple of four */
export function toBytes(plane: usize, count: i32, into: usize): void {
  for (let i = 0; i < count; i += 4) storeBytes(into + i, v128.load(plane + 4 * i));
}

/** Stores four values as bytes, clipped to 0 to 255. */
function storeBytes(to: usize, values: v128): void {
  const words = i32x4.trunc_sat_f32x4_s(f32x4.nearest(values));
  const halves = i16x8.narrow_i32x4_s(words, words);
  v128.store_lane<u32>(to, i8x16.narrow_i16x8_u(halves, halves), 0);
}
