/** Multiplications, with additions, for which a few percent are nothing to speak of: a tenth of a millisecond. */
const LITTLE = 10e6;

/** So many are measured well: some milliseconds. Larger batches take as many times longer. */
const ENOUGH = 500e6;

/** Fewest images to try with: they go in groups, of which the fewest are as fast as any. */
const LEAST_IMAGES = 16;

/** Whether it matters which of several ways is taken. */
export const isWorthTrying = (multiplications: number): boolean => multiplications >= LITTLE;

/** How many images of a batch to try with. */
export function imagesToTry(images: number, multiplicationsOfOne: number): number {
  const enough = Math.ceil(ENOUGH / multiplicationsOfOne / LEAST_IMAGES) * LEAST_IMAGES;
  return Math.min(images, enough);
}
