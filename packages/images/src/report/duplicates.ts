import type { PartName } from "../data-set/parts.ts";
import type { ImageSet } from "../image-set/image-set.ts";
import { sizeOf } from "../image-set/shape.ts";

/** An image that is identical to an earlier one, byte for byte. */
export interface Duplicate {
  readonly part: PartName;
  readonly index: number;
  /** The image's name: see `ImageSet.nameOf`. */
  readonly name: string;
  /** The earlier image. The parts have the order train, validation, test. */
  readonly of: { readonly part: PartName; readonly index: number; readonly name: string };
  /** True if both images have the same label. */
  readonly sameClass: boolean;
}

/** A part with two hashes of each image's bytes. */
export interface HashedPart {
  readonly part: PartName;
  readonly set: ImageSet;
  /** The hashes: [2 * length]. */
  readonly hashes: Int32Array;
}

/** Finds identical images. An image is reported once for each part that contains an earlier copy. */
export function findDuplicates(parts: readonly HashedPart[]): readonly Duplicate[] {
  const found: Duplicate[] = [];
  const compare = new Comparison();
  // The first image of each part with a hash.
  const seen = new Map<number, { readonly from: HashedPart; readonly index: number }[]>();
  for (const from of parts) {
    const { part, set, hashes } = from;
    for (let index = 0; index < set.length; index++) {
      const key = (hashes[2 * index] as number) * 2 ** 21 + ((hashes[2 * index + 1] as number) >>> 11);
      const earlier = seen.get(key);
      if (!earlier) {
        seen.set(key, [{ from, index }]);
        continue;
      }
      const same = earlier.filter((other) => compare.areEqual(set, index, other.from.set, other.index));
      for (const { from: other, index: at } of same) {
        found.push({
          part,
          index,
          name: set.nameOf(index),
          of: { part: other.part, index: at, name: other.set.nameOf(at) },
          sameClass: set.labels[index] === other.set.labels[at],
        });
      }
      if (!same.some((other) => other.from === from)) earlier.push({ from, index });
    }
  }
  return found;
}

/** Compares images byte by byte, in memory that is used again for the next ones. */
class Comparison {
  #images = [Buffer.alloc(0), Buffer.alloc(0)] as const;

  areEqual(set: ImageSet, index: number, other: ImageSet, at: number): boolean {
    const [a, b] = this.#forSizes(sizeOf(set.imageShape), sizeOf(other.imageShape));
    set.read(index, a);
    other.read(at, b);
    return a.equals(b);
  }

  #forSizes(one: number, another: number): readonly [Buffer, Buffer] {
    const [a, b] = this.#images;
    if (a.length !== one || b.length !== another) this.#images = [Buffer.alloc(one), Buffer.alloc(another)];
    return this.#images;
  }
}
