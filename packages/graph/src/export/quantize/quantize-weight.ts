/** Weights as whole numbers with a scale for each filter. */
export interface QuantizedWeight {
  readonly numbers: Int8Array;
  readonly scales: Float32Array;
}

/**
 * Largest magnitude of a weight: 7 bits. Without VNNI, x86 processors add two products of a uint8 and an int8 number in 16
 * bits, which 8-bit weights may exceed. With 7 bits, all processors compute the same.
 */
export const LARGEST_WEIGHT = 63;

/** Largest magnitude of a bias in int32, with room for the sum of the products. */
const LARGEST_BIAS = 2 ** 30;

/**
 * Rounds weights to whole numbers, symmetric around 0.
 * @param axis axis of the filters: 0, or the last one of a matrix
 * @param bias bias of each filter, whose unit is the product of both scales; null for none
 * @param inputScale scale of the input of the layer
 */
export function quantizeWeight(
  weights: Float32Array,
  dims: readonly number[],
  axis: number,
  bias: Float32Array | null,
  inputScale: number,
): QuantizedWeight {
  const filters = dims[axis] as number;
  const size = weights.length / filters;
  const filterOf = axis === 0 ? (i: number): number => Math.floor(i / size) : (i: number): number => i % filters;
  const largest = new Float64Array(filters);
  for (const [i, weight] of weights.entries()) {
    const filter = filterOf(i);
    largest[filter] = Math.max(largest[filter] as number, Math.abs(weight));
  }
  const scales = Float32Array.from(largest, (most, filter) => {
    const forBias = bias ? Math.abs(bias[filter] as number) / inputScale / LARGEST_BIAS : 0;
    return Math.max(most / LARGEST_WEIGHT, forBias) || 1;
  });
  const numbers = Int8Array.from(weights, (weight, i) => {
    const whole = Math.round(weight / (scales[filterOf(i)] as number));
    return Math.max(-LARGEST_WEIGHT, Math.min(LARGEST_WEIGHT, whole));
  });
  return { numbers, scales };
}
