import type { Normalization } from "@downhill/optim/image";
import { mix } from "@downhill/optim/random";
import type { ImageSet } from "../image-set/image-set.ts";
import { sizeOf } from "../image-set/shape.ts";

/** What one pass over a set's bytes finds. */
export interface Survey {
  /** How often each channel has each of the 256 values: [channels * 256]. */
  readonly histogram: Float64Array;
  /** By image, two hashes of its bytes: [2 * length]. */
  readonly hashes: Int32Array;
  /** The images that are one single color: every pixel has the same value in each channel. */
  readonly plain: readonly number[];
}

export function surveySet(set: ImageSet): Survey {
  const [channels, height, width] = set.imageShape;
  const size = sizeOf(set.imageShape);
  const plane = height * width;
  // Whole words, of which those past the image stay zero.
  const words = new Int32Array(Math.ceil(size / 4));
  const image = new Uint8Array(words.buffer);
  const histogram = new Float64Array(channels * 256);
  const hashes = new Int32Array(2 * set.length);
  const plain: number[] = [];
  const counts = new Uint32Array(channels * 256);
  for (let index = 0; index < set.length; index++) {
    set.read(index, image);
    if (isPlain(image.subarray(0, size), plane)) plain.push(index);
    for (let c = 0; c < channels; c++) {
      const [from, to, base] = [c * plane, (c + 1) * plane, c * 256];
      for (let at = from; at < to; at++) (counts[base + (image[at] as number)] as number)++;
    }
    hashWords(words, hashes, 2 * index);
    // Before 32 bits overflow.
    if (index % 1024 === 1023 || index === set.length - 1) {
      for (let i = 0; i < counts.length; i++) histogram[i] = (histogram[i] as number) + (counts[i] as number);
      counts.fill(0);
    }
  }
  return { histogram, hashes, plain };
}

/** Whether all pixels are the same; an image of one pixel is not counted. */
function isPlain(image: Uint8Array, plane: number): boolean {
  if (plane === 1) return false;
  for (let at = 0; at < image.length; at++) {
    if (image[at] !== image[at - (at % plane)]) return false;
  }
  return true;
}

/** FNV-1a by words, with two primes. */
function hashWords(words: Int32Array, into: Int32Array, at: number): void {
  let first = 0x811c9dc5 | 0;
  let second = 0x2f0b4f27;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    first = Math.imul(first ^ word, 0x01000193);
    second = Math.imul((second ^ word) + (second >>> 15), 0x5bd1e995);
  }
  into[at] = mix(first);
  into[at + 1] = mix(second);
}

/** Mean and standard deviation of each channel, in pixels of 0..1; a deviation below 1/255 counts as 1/255. */
export function normalizationOf({ histogram }: Survey): Normalization {
  const [mean, std]: [number[], number[]] = [[], []];
  for (let base = 0; base < histogram.length; base += 256) {
    let [count, sum, squares] = [0, 0, 0];
    for (let value = 0; value < 256; value++) {
      const times = histogram[base + value] as number;
      count += times;
      sum += times * value;
      squares += times * value * value;
    }
    const average = sum / count;
    mean.push(average / 255);
    std.push(Math.max(Math.sqrt(Math.max(squares / count - average * average, 0)), 1) / 255);
  }
  return { mean, std };
}
