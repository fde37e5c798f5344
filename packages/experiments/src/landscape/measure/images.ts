import { type ImageSet, subset } from "@downhill/images";
import { randomAt, randomKey } from "@downhill/optim/random";

/** Images with their labels, in memory. */
export interface ImageBatch {
  readonly images: Uint8Array;
  readonly labels: Int32Array;
}

/**
 * Returns some images of a set at random, in the order of the set; all if there are not more.
 * @param count number of images
 */
export function randomSubset(set: ImageSet, count: number, seed: number): ImageSet {
  if (count >= set.length) return set;
  const key = randomKey(seed, 0, "landscape images");
  const order = Array.from({ length: set.length }, (_, i) => i);
  const drawn = order.sort((a, b) => randomAt(a, key, 0) - randomAt(b, key, 0) || a - b).slice(0, count);
  return subset(
    set,
    drawn.sort((a, b) => a - b),
  );
}

/** Divides images into batches of at most `largest` images, whose sizes differ by at most one. */
export function batchesOf(set: ImageSet, largest: number): ImageBatch[] {
  const count = Math.ceil(set.length / largest);
  const size = set.imageShape.reduce((product, length) => product * length, 1);
  return Array.from({ length: count }, (_, batch) => {
    const [from, to] = [batch, batch + 1].map((i) => Math.floor((i * set.length) / count)) as [number, number];
    const images = new Uint8Array((to - from) * size);
    for (let i = from; i < to; i++) set.read(i, images, (i - from) * size);
    return { images, labels: set.labels.slice(from, to) };
  });
}
