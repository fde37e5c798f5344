/**
 * Resamples the columns of a plane by weighted sums, and transposes it: a second call resamples the other direction.
 * @param plane address of the first sample that is read
 * @param stride samples from row to row
 * @param columns number of columns; up to three more are computed, for which there is room in both planes
 * @param starts the first row of each value, [count]
 * @param weights [count, taps]
 * @param into [columns, count]
 */
export function resample(
  plane: usize,
  stride: i32,
  columns: i32,
  starts: usize,
  weights: usize,
  taps: i32,
  count: i32,
  into: usize,
): void {
  const line = 4 * stride;
  const step = 4 * count;
  for (let i = 0; i < count; i++) {
    const rows = plane + load<i32>(starts + 4 * i) * line;
    const ofValue = weights + 4 * i * taps;
    let to = into + 4 * i;
    for (let column = 0; column < columns; column += 4) {
      let sum = f32x4.splat(0);
      let from = rows + 4 * column;
      for (let k = 0; k < 4 * taps; k += 4) {
        sum = f32x4.add(sum, f32x4.mul(v128.load_splat<f32>(ofValue + k), v128.load(from)));
        from += line;
      }
      v128.store_lane<f32>(to, sum, 0);
      v128.store_lane<f32>(to + step, sum, 1);
      v128.store_lane<f32>(to + 2 * step, sum, 2);
      v128.store_lane<f32>(to + 3 * step, sum, 3);
      to += 4 * step;
    }
  }
}
