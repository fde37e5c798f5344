import { DataError } from "../error.ts";
import { handleOf } from "./handle.ts";
import { type ImageSet, openImageSet, selectImages } from "./image-set.ts";
import { checkSource, type ImageSource, type PixelArray } from "./image-source.ts";
import { isClassLabels, LABELS, selectTargets, type Target } from "./targets.ts";

/**
 * Returns some images of a set, in the given order, with their labels and targets. Their pixels are not copied. PyTorch:
 * `torch.utils.data.Subset`.
 * @param images an image set, or an object of your own
 * @param indices numbers of images from 0; an image may occur several times
 * @throws DataError for invalid members of the images, no index, or an index of no image
 * @example
 * const numbers = Array.from({ length: all.length }, (_, i) => i);
 * const train = subset(all, numbers.filter((i) => i % 5 !== 0));
 * const validation = subset(all, numbers.filter((i) => i % 5 === 0));
 */
export function subset<Pixels extends PixelArray, Shape extends readonly number[]>(
  images: ImageSet<Pixels, Shape>,
  indices: ArrayLike<number>,
): ImageSet<Pixels, Shape>;
export function subset<Pixels extends PixelArray>(
  images: ImageSource<Pixels>,
  indices: ArrayLike<number>,
): ImageSource<Pixels>;
export function subset(images: ImageSource, indices: ArrayLike<number>): ImageSource {
  const source = checkSource("subset", images);
  if (typeof indices !== "object" || indices === null) {
    throw new DataError(`subset: the indices are ${String(indices)}. Expected an array of whole numbers.`);
  }
  const chosen = Int32Array.from(indices);
  if (chosen.length === 0) throw new DataError("subset: no index. Expected at least one image.");
  const wrong = Array.from(indices).find((index) => !Number.isInteger(index) || index < 0 || index >= source.length);
  if (wrong !== undefined) {
    throw new DataError(`subset: the index ${wrong}. Expected whole numbers from 0 to ${source.length - 1}.`);
  }
  const { imageShape, dtype } = source;
  const { [LABELS]: first, ...others } = selectTargets(source.targets, chosen);
  const labels = first && isClassLabels(LABELS, first) ? (first.values as Int32Array) : new Int32Array();
  const targets: Readonly<Record<string, Target>> =
    first && labels.length === 0 ? { [LABELS]: first, ...others } : others;
  const classNames = images.classNames ?? [];
  const handle = handleOf(images);
  if (handle) {
    const selected = selectImages({ ...handle, labels: new Int32Array(), targets: {} }, chosen);
    return openImageSet<PixelArray, readonly number[]>({ ...selected, imageShape, classNames, labels, targets });
  }
  return {
    imageShape,
    dtype,
    length: chosen.length,
    labels,
    targets,
    ...(images.classNames && { classNames }),
    read: (index, into, offset) => source.read(chosen[index] as number, into, offset),
  };
}
