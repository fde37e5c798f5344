import { fail } from "../error.ts";

/** Eigenvalues in descending order, and eigenvectors of length 1: `vectors[i]` belongs to `values[i]`. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: readonly Float64Array[];
}

/** Convergence is quadratic: a matrix of 12 rows takes about 6 sweeps. */
const MAX_SWEEPS = 64;

/**
 * Computes the eigenvalues and eigenvectors of a symmetric matrix by Jacobi rotations (Golub and Van Loan, "Matrix
 * Computations", section 8.5). Accurate to machine precision, and fast enough for a few hundred rows.
 * @param matrix [size, size] in row-major order; only the upper triangle is read
 * @throws GraphError for a matrix that is not square or has a number that is not finite
 */
export function symmetricEigen(matrix: ArrayLike<number>): Eigen {
  const size = Math.sqrt(matrix.length);
  if (!Number.isInteger(size) || size === 0) fail("eigen", `${matrix.length} numbers. Expected a square matrix.`);
  const a = Float64Array.from({ length: size * size }, (_, i) => {
    const [row, column] = [Math.floor(i / size), i % size];
    return matrix[Math.min(row, column) * size + Math.max(row, column)] as number;
  });
  if (!a.every(Number.isFinite)) fail("eigen", "the matrix has a number that is not finite");
  const v = Float64Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let turned = false;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) turned = rotate(a, v, size, p, q) || turned;
    if (!turned) break;
  }
  const at = (i: number): number => a[i * (size + 1)] as number;
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => at(j) - at(i));
  return {
    values: Float64Array.from(order, at),
    vectors: order.map((column) => Float64Array.from({ length: size }, (_, row) => v[row * size + column] as number)),
  };
}

/** Rotates axes p and q so that element [p, q] becomes 0. Returns false if it is already negligible beside the diagonal. */
function rotate(a: Float64Array, v: Float64Array, size: number, p: number, q: number): boolean {
  const at = (row: number, column: number): number => a[row * size + column] as number;
  const [app, aqq, apq] = [at(p, p), at(q, q), at(p, q)];
  if (Math.abs(apq) <= Number.EPSILON * Math.sqrt(Math.abs(app * aqq))) return false;
  const tau = (aqq - app) / (2 * apq);
  const tangent = (tau < 0 ? -1 : 1) / (Math.abs(tau) + Math.hypot(1, tau));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = tangent * cosine;
  const turn = (m: Float64Array, i: number, j: number): void => {
    const [x, y] = [m[i] as number, m[j] as number];
    m[i] = cosine * x - sine * y;
    m[j] = sine * x + cosine * y;
  };
  for (let k = 0; k < size; k++) turn(a, k * size + p, k * size + q);
  for (let k = 0; k < size; k++) turn(a, p * size + k, q * size + k);
  for (let k = 0; k < size; k++) turn(v, k * size + p, k * size + q);
  return true;
}
