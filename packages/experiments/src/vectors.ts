/** Vector of numbers. */
export type Vector = Float32Array | Float64Array;

/** Computes the dot product in float64. */
export function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Computes the Euclidean norm in float64. */
export const normOf = (a: Vector): number => Math.sqrt(dot(a, a));

/** Computes the sum of vectors, each multiplied by a factor, in float64, rounded once to float32. */
export function combine(terms: readonly (readonly [factor: number, vector: Vector])[]): Float32Array {
  const size = terms[0]?.[1].length ?? 0;
  const result = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (const [factor, vector] of terms) sum += factor * (vector[i] as number);
    result[i] = sum;
  }
  return result;
}
