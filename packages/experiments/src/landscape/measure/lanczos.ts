import { symmetricEigen } from "@downhill/graph";
import { dot, normOf, type Vector } from "../../vectors.ts";
import { normalVector } from "../space/normal.ts";

/** Extreme eigenvalues of a symmetric matrix. */
export interface ExtremeEigenvalues {
  readonly largest: number;
  /** Smallest eigenvalue; a bound from above, since only the largest has to converge. */
  readonly smallest: number;
  /** Bound of the error of the largest: an eigenvalue is within this distance. */
  readonly error: number;
  /** Number of products. */
  readonly products: number;
}

export interface LanczosOptions {
  readonly seed: number;
  /** Maximum number of products. */
  readonly most: number;
  /** Relative error of the largest eigenvalue at which the iteration ends. */
  readonly tolerance: number;
}

/** Number of products before which an early Ritz value could pass for the largest eigenvalue. */
const LEAST = 8;

/**
 * Computes the largest eigenvalue of a symmetric matrix that is known by its products with vectors, by Lanczos' iteration
 * (Golub and Van Loan, "Matrix Computations", section 10.1). It converges in fewer products than power iteration, and also
 * where the eigenvalue of largest size is negative. Vectors are not orthogonalized again: copies of eigenvalues that
 * result from rounding do not change the largest.
 * @param product multiplies the matrix by a vector of length 1
 */
export async function extremeEigenvalues(
  product: (vector: Float64Array) => Promise<Vector>,
  size: number,
  { seed, most, tolerance }: LanczosOptions,
): Promise<ExtremeEigenvalues> {
  let vector: Float64Array = normalized(normalVector(size, seed, "lanczos"));
  let before: Float64Array = new Float64Array(size);
  const diagonal: number[] = [];
  const beside: number[] = [];
  for (;;) {
    const image = Float64Array.from(await product(vector));
    const [along, last] = [dot(vector, image), beside.at(-1) ?? 0];
    for (let i = 0; i < size; i++) {
      image[i] = (image[i] as number) - along * (vector[i] as number) - last * (before[i] as number);
    }
    diagonal.push(along);
    const rest = normOf(image);
    const found = ritzValues(diagonal, beside, rest);
    const products = diagonal.length;
    const isClose = products >= Math.min(LEAST, size) && found.error <= tolerance * Math.abs(found.largest);
    // The products span an invariant space: its eigenvalues are exact.
    const isExhausted = rest <= 1e-10 * Math.max(...diagonal.map(Math.abs), ...beside) || products >= size;
    if (isClose || isExhausted || products >= most || !Number.isFinite(found.largest)) return { ...found, products };
    beside.push(rest);
    before = vector;
    vector = image.map((value) => value / rest);
  }
}

const normalized = (vector: Float64Array): Float64Array => {
  const norm = normOf(vector);
  return vector.map((value) => value / norm);
};

/** Returns the extreme eigenvalues of the tridiagonal matrix, and the bound of the error of the largest. */
function ritzValues(
  diagonal: readonly number[],
  beside: readonly number[],
  rest: number,
): Omit<ExtremeEigenvalues, "products"> {
  const size = diagonal.length;
  if (![...diagonal, ...beside, rest].every(Number.isFinite)) {
    return { largest: Number.NaN, smallest: Number.NaN, error: Number.NaN };
  }
  const matrix = new Float64Array(size * size);
  for (const [i, value] of diagonal.entries()) matrix[i * size + i] = value;
  for (const [i, value] of beside.entries()) matrix[i * size + i + 1] = value;
  const { values, vectors } = symmetricEigen(matrix);
  const error = rest * Math.abs(vectors[0]?.at(-1) ?? 0);
  return { largest: values[0] as number, smallest: values.at(-1) as number, error };
}
