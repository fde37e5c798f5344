import type { Normalization } from "@downhill/optim/image";
import { mix } from "@downhill/optim/random";
import { byteAt } from "../bytes.ts";
import type { ImageSet } from "../image-set/image-set.ts";
import { sizeOf } from "../image-set/shape.ts";

/** The results of one pass over the bytes of a set. */
export interface Survey {
  /** The count of each of the 256 values in each channel: [channels * 256]. */
  readonly histogram: Float64Array;
  /** Two hashes of each image's bytes: [2 * length]. */
  readonly hashes: Int32Array;
  /** The images of a single color: within each channel, all pixels are equal. */
  readonly plain: readonly number[];
}

/** The number of bytes that are read before they are examined. */
const BLOCK = 2 ** 20;

/**
 * Reads all images of a set once, and collects the facts for statistics and for the report.
 * @param onImages receives the bytes of the images, block by block
 */
export function surveySet(set: ImageSet, onImages: (bytes: Uint8Array) => void): Survey {
  const [channels, height, width] = set.imageShape;
  const size = sizeOf(set.imageShape);
  const plane = height * width;
  // Whole words: the bytes past the image stay zero.
  const words = new Int32Array(Math.ceil(size / 4));
  const image = new Uint8Array(words.buffer);
  const histogram = new Float64Array(channels * 256);
  const hashes = new Int32Array(2 * set.length);
  const plain: number[] = [];
  const perBlock = Math.max(1, Math.min(1024, Math.floor(BLOCK / size)));
  const block = new Uint8Array(perBlock * size);
  for (let from = 0; from < set.length; from += perBlock) {
    const length = Math.min(perBlock, set.length - from);
    set.prepare?.(Array.from({ length }, (_, i) => from + i));
    // The counts of a block are added up, because 32 bits overflow for a whole set.
    const counts = new Uint32Array(channels * TABLES * 256);
    for (let i = 0; i < length; i++) {
      set.read(from + i, block, i * size);
      image.set(block.subarray(i * size, (i + 1) * size));
      if (isPlain(image.subarray(0, size), plane)) plain.push(from + i);
      for (let c = 0; c < channels; c++) countBytes(image, c * plane, (c + 1) * plane, counts, c * TABLES * 256);
      hashWords(words, hashes, 2 * (from + i));
    }
    counts.forEach((count, index) => {
      const value = 256 * Math.floor(index / (TABLES * 256)) + (index % 256);
      histogram[value] = (histogram[value] as number) + count;
    });
    onImages(block.subarray(0, length * size));
  }
  return { histogram, hashes, plain };
}

/** The tables of counts for each channel. Neighbors are often equal, and counting both in one table takes longer. */
const TABLES = 4;

/** Counts the bytes of a range in the tables that begin at an index. */
function countBytes(bytes: Uint8Array, first: number, end: number, counts: Uint32Array, base: number): void {
  let at = first;
  for (; at + TABLES <= end; at += TABLES) {
    (counts[base + byteAt(bytes, at)] as number)++;
    (counts[base + 256 + byteAt(bytes, at + 1)] as number)++;
    (counts[base + 512 + byteAt(bytes, at + 2)] as number)++;
    (counts[base + 768 + byteAt(bytes, at + 3)] as number)++;
  }
  for (; at < end; at++) (counts[base + byteAt(bytes, at)] as number)++;
}

/** True if all pixels are equal. An image of one pixel does not count. */
function isPlain(image: Uint8Array, plane: number): boolean {
  if (plane === 1) return false;
  for (let at = 0; at < image.length; at++) {
    if (image[at] !== image[at - (at % plane)]) return false;
  }
  return true;
}

/** Hashes words by FNV-1a with two primes. */
function hashWords(words: Int32Array, into: Int32Array, at: number): void {
  let first = 0x811c9dc5 | 0;
  let second = 0x2f0b4f27;
  // An iterator takes ten times as long.
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    first = Math.imul(first ^ word, 0x01000193);
    second = Math.imul((second ^ word) + (second >>> 15), 0x5bd1e995);
  }
  into[at] = mix(first);
  into[at + 1] = mix(second);
}

/** Returns the mean and standard deviation of each channel, for pixels from 0 to 1. No deviation is below 1/255. */
export function normalizationOf({ histogram }: Survey): Normalization {
  const [mean, std]: [number[], number[]] = [[], []];
  for (let base = 0; base < histogram.length; base += 256) {
    let [count, sum, squares] = [0, 0, 0];
    histogram.subarray(base, base + 256).forEach((times, value) => {
      count += times;
      sum += times * value;
      squares += times * value * value;
    });
    const average = sum / count;
    mean.push(average / 255);
    std.push(Math.max(Math.sqrt(Math.max(squares / count - average * average, 0)), 1) / 255);
  }
  return { mean, std };
}
