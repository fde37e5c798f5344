/** Multiply-adds below which the choice of a variant does not matter: they take about 0.1 ms. */
const NEGLIGIBLE = 10e6;

/** Multiply-adds that take long enough to measure, some milliseconds. */
const MEASURABLE = 500e6;

/** Images to measure with are a multiple of this number, so that variants can split them into groups. */
const GROUPABLE = 16;

/** True if a computation takes long enough to choose its variant by measuring. */
export const isWorthTrying = (multiplyAdds: number): boolean => multiplyAdds >= NEGLIGIBLE;

/** Returns how many images of a batch to measure with. */
export function imagesToTry(images: number, multiplyAddsPerImage: number): number {
  const enough = Math.ceil(MEASURABLE / multiplyAddsPerImage / GROUPABLE) * GROUPABLE;
  return Math.min(images, enough);
}
