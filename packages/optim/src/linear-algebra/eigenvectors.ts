/**
 * Computes the eigenvectors of a symmetric matrix in place, in float64: Householder's reduction to a tridiagonal matrix,
 * then implicit QL iterations (as in EISPACK; Golub and Van Loan, "Matrix Computations", sections 8.3 and 8.4).
 * @param a [size, size] in row-major order; receives the eigenvectors as rows, in descending order of their eigenvalues
 */
export function eigenvectors(a: Float64Array, size: number): void {
  const diagonal = new Float64Array(size);
  const beside = new Float64Array(size);
  tridiagonalize(a, size, diagonal, beside);
  diagonalize(a, size, diagonal, beside);
  sortRows(a, size, diagonal);
}

/**
 * Replaces a symmetric matrix by the rows of an orthogonal matrix, whose products with it are tridiagonal.
 * @param beside receives the elements beside the diagonal, from index 1
 */
function tridiagonalize(a: Float64Array, size: number, diagonal: Float64Array, beside: Float64Array): void {
  const at = (i: number, j: number): number => a[i * size + j] as number;
  for (let i = size - 1; i > 0; i--) {
    const row = a.subarray(i * size, i * size + i);
    let rest = 0;
    for (let k = 0; k < i - 1; k++) rest += (row[k] as number) ** 2;
    const first = row[i - 1] as number;
    if (rest === 0) {
      beside[i] = first;
      diagonal[i] = 0;
      continue;
    }
    const squares = rest + first * first;
    const length = first > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    const half = squares - first * length;
    beside[i] = length;
    diagonal[i] = half;
    row[i - 1] = first - length;
    let overlap = 0;
    for (let j = 0; j < i; j++) {
      let product = 0;
      for (let k = 0; k <= j; k++) product += at(j, k) * (row[k] as number);
      for (let k = j + 1; k < i; k++) product += at(k, j) * (row[k] as number);
      beside[j] = product / half;
      overlap += (beside[j] as number) * (row[j] as number);
    }
    const share = overlap / (2 * half);
    for (let j = 0; j < i; j++) {
      const [x, y] = [row[j] as number, (beside[j] as number) - share * (row[j] as number)];
      beside[j] = y;
      for (let k = 0; k <= j; k++) a[j * size + k] = at(j, k) - x * (beside[k] as number) - y * (row[k] as number);
    }
  }
  // The reflections, from the last to the first, are multiplied into the rows.
  const product = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const half = diagonal[i] as number;
    diagonal[i] = at(i, i);
    if (i > 0 && half !== 0) {
      const row = a.subarray(i * size, i * size + i);
      for (let k = 0; k < i; k++) {
        const own = a.subarray(k * size, k * size + i);
        let sum = 0;
        for (let j = 0; j < i; j++) sum += (own[j] as number) * (row[j] as number);
        product[k] = sum / half;
      }
      for (let k = 0; k < i; k++) {
        const own = a.subarray(k * size, k * size + i);
        for (let j = 0; j < i; j++) own[j] = (own[j] as number) - (product[k] as number) * (row[j] as number);
      }
    }
    for (let k = 0; k < i; k++) {
      a[i * size + k] = 0;
      a[k * size + i] = 0;
    }
    a[i * size + i] = 1;
  }
}

/** Maximum number of iterations for one eigenvalue; two are usual. */
const MOST_ITERATIONS = 60;

/** Turns the rows of a tridiagonal matrix's basis into eigenvectors, and its diagonal into eigenvalues. */
function diagonalize(a: Float64Array, size: number, diagonal: Float64Array, beside: Float64Array): void {
  beside.copyWithin(0, 1);
  beside[size - 1] = 0;
  const d = (i: number): number => diagonal[i] as number;
  for (let first = 0; first < size; first++) {
    for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
      let last = first;
      while (last < size - 1 && !isNegligible(beside[last] as number, d(last), d(last + 1))) last++;
      if (last === first) break;
      const gap = (d(first + 1) - d(first)) / (2 * (beside[first] as number));
      const root = Math.sqrt(gap * gap + 1);
      let g = d(last) - d(first) + (beside[first] as number) / (gap + (gap < 0 ? -root : root));
      let [sine, cosine, shift] = [1, 1, 0];
      let i = last - 1;
      for (; i >= first; i--) {
        const f = sine * (beside[i] as number);
        const b = cosine * (beside[i] as number);
        const length = Math.sqrt(f * f + g * g);
        beside[i + 1] = length;
        if (length === 0) {
          diagonal[i + 1] = d(i + 1) - shift;
          beside[last] = 0;
          break;
        }
        sine = f / length;
        cosine = g / length;
        g = d(i + 1) - shift;
        const r = (d(i) - g) * sine + 2 * cosine * b;
        shift = sine * r;
        diagonal[i + 1] = g + shift;
        g = cosine * r - b;
        rotate(a.subarray(i * size, (i + 1) * size), a.subarray((i + 1) * size, (i + 2) * size), cosine, sine);
      }
      if (i >= first) continue;
      diagonal[first] = d(first) - shift;
      beside[first] = g;
      beside[last] = 0;
    }
  }
}

const isNegligible = (x: number, a: number, b: number): boolean =>
  Math.abs(x) <= Number.EPSILON * (Math.abs(a) + Math.abs(b));

function rotate(low: Float64Array, high: Float64Array, cosine: number, sine: number): void {
  for (let k = 0; k < low.length; k++) {
    const [x, y] = [low[k] as number, high[k] as number];
    high[k] = sine * x + cosine * y;
    low[k] = cosine * x - sine * y;
  }
}

/** Sorts rows by descending values; rows of equal values keep their order. */
function sortRows(a: Float64Array, size: number, values: Float64Array): void {
  const before = a.slice();
  for (const [row, source] of descending(values).entries()) {
    a.set(before.subarray(source * size, (source + 1) * size), row * size);
  }
}

/** Returns the indices of numbers in descending order; equal numbers keep their order. */
export const descending = (values: Float64Array): number[] =>
  Array.from(values.keys()).sort((i, j) => (values[j] as number) - (values[i] as number));
