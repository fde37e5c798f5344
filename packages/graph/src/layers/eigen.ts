import { at } from "../core/shape.ts";
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
    return at(matrix, Math.min(row, column) * size + Math.max(row, column));
  });
  if (!a.every(Number.isFinite)) fail("eigen", "an element of the matrix is not finite");
  const v = Float64Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let rotated = false;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotated = rotate(a, v, size, p, q) || rotated;
    if (!rotated) break;
  }
  const diagonal = (i: number): number => at(a, i * (size + 1));
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => diagonal(j) - diagonal(i));
  return {
    values: Float64Array.from(order, diagonal),
    vectors: order.map((column) => Float64Array.from({ length: size }, (_, row) => at(v, row * size + column))),
  };
}

/**
 * Rotates axes p and q so that element [p, q] becomes 0. Returns false if it is already negligible beside the diagonal.
 */
function rotate(a: Float64Array, v: Float64Array, size: number, p: number, q: number): boolean {
  const [app, aqq, apq] = [at(a, p * size + p), at(a, q * size + q), at(a, p * size + q)];
  if (Math.abs(apq) <= Number.EPSILON * Math.sqrt(Math.abs(app * aqq))) return false;
  const tau = (aqq - app) / (2 * apq);
  const tangent = (tau < 0 ? -1 : 1) / (Math.abs(tau) + Math.hypot(1, tau));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = tangent * cosine;
  const turn = (m: Float64Array, i: number, j: number): void => {
    const [x, y] = [at(m, i), at(m, j)];
    m[i] = cosine * x - sine * y;
    m[j] = sine * x + cosine * y;
  };
  for (let k = 0; k < size; k++) turn(a, k * size + p, k * size + q);
  for (let k = 0; k < size; k++) turn(a, p * size + k, q * size + k);
  for (let k = 0; k < size; k++) turn(v, k * size + p, k * size + q);
  return true;
}
