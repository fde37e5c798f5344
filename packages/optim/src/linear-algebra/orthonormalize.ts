/**
 * Makes vectors orthonormal in place, one after another, by Gram-Schmidt's method with reorthogonalization: the first k
 * span what the first k spanned before. A vector that the earlier ones span becomes an arbitrary one, always the same.
 * @param rows [count, size] in row-major order, one vector in each row, at most `size` of them
 */
export function orthonormalize(rows: Float64Array, count: number, size: number): void {
  for (let i = 0; i < count; i++) {
    const row = rows.subarray(i * size, (i + 1) * size);
    if (isSeparated(rows, i, row)) continue;
    for (let axis = 0; axis < size; axis++) {
      row.fill(0);
      row[axis] = 1;
      if (isSeparated(rows, i, row)) break;
    }
  }
}

/** Part of a vector that must remain after it was made orthogonal to the others, or else rounding errors matter. */
const LEAST_SHARE = 0.5;
const MOST_PASSES = 4;

/** Makes a vector orthogonal to the first rows, and of length 1. Returns false if rounding errors are all that remains. */
function isSeparated(rows: Float64Array, count: number, row: Float64Array): boolean {
  const size = row.length;
  let before = Math.sqrt(dot(row, row));
  for (let pass = 0; pass < MOST_PASSES && before > 0; pass++) {
    for (let j = 0; j < count; j++) {
      const other = rows.subarray(j * size, (j + 1) * size);
      const share = dot(row, other);
      for (let k = 0; k < size; k++) row[k] = (row[k] as number) - share * (other[k] as number);
    }
    const after = Math.sqrt(dot(row, row));
    if (after > LEAST_SHARE * before) {
      for (let k = 0; k < size; k++) row[k] = (row[k] as number) / after;
      return true;
    }
    before = after;
  }
  return false;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number);
  return sum;
}
