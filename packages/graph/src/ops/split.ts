import { checkAxis, checkList } from "../core/check.ts";
import { at, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { slice } from "./slice.ts";

/**
 * Splits a tensor along an axis. PyTorch: `torch.split`.
 * @param x float32 or int32
 * @param sizes sizes of the parts, or one size for all parts; the last part is smaller if it does not divide the axis
 * @param axis a negative axis counts from the end. Default 0.
 * @returns the parts, in order
 * @throws GraphError if `x` does not have the axis, or the sizes do not add up to its size
 * @example const [mean, logVariance] = ops.split(latent, [32, 32], 1);
 */
export function split(x: Tensor, sizes: number | readonly number[], axis = 0): Tensor[] {
  const along = checkAxis("split", x, axis);
  const whole = at(x.shape, along);
  const parts = typeof sizes === "number" ? evenSizes(whole, sizes) : sizes;
  checkList("split", "sizes", parts, "[1, 2]");
  const total = parts.reduce((sum, size) => sum + size, 0);
  if (total !== whole || !parts.every((size) => Number.isInteger(size) && size >= 1)) {
    const found = `axis ${along} of ${showShape(x.shape)} in ${typeof sizes === "number" ? sizes : showShape(sizes)}`;
    fail("split", `${found}. Expected a size of at least 1, or sizes that add up to ${whole}.`);
  }
  let start = 0;
  return parts.map((size) => {
    const part = slice(x, { starts: [start], ends: [start + size], axes: [along] });
    start += size;
    return part;
  });
}

/** Returns sizes that fill an axis; none if the size is not a whole number of at least 1. */
function evenSizes(whole: number, size: number): number[] {
  if (!(Number.isInteger(size) && size >= 1)) return [];
  return Array.from({ length: Math.ceil(whole / size) }, (_, i) => Math.min(size, whole - i * size));
}
