import { DataError } from "../../error.ts";
import { checkClassCount } from "../check-labels.ts";
import type { PixelImages, PixelPart, ReadContext } from "../format.ts";
import { type NamedLabels, type NumberedClasses, nameClasses, numberClasses } from "../numbered-classes.ts";
import type { ArrayPart, ArrayParts } from "./array-parts.ts";
import { type ImageLayout, imageLayout } from "./image-layout.ts";
import { FLOAT_RULE, scalesOf } from "./pixel-values.ts";
import { type Labels, readLabels, textsOf } from "./read-labels.ts";
import { pixelsOf } from "./read-pixels.ts";
import type { StoredArray } from "./stored-array.ts";

/** Reads arrays of images and labels. @throws DataError for shapes, types or values that do not fit */
export async function readNumpy(
  { parts, names, findings }: ArrayParts,
  classFile: NamedLabels | null,
  { anyClassCount, signal }: ReadContext,
): Promise<PixelImages> {
  const layouts = parts.map(({ images }) =>
    images.map(({ path, shape, fortran }) => imageLayout(path, shape, fortran)),
  );
  checkSizes(parts, layouts);
  const named = names ? { names: await textsOf(names, names.shape[0] as number), path: names.path } : classFile;
  const classes = await classesOf(parts, named);
  if (!anyClassCount) checkClassCount((parts[0] as ArrayPart).labels[0]?.path ?? "", classes.classNames.length);
  const arrays = parts.flatMap(({ images }) => images);
  const scales = new Map((await scalesOf(arrays, signal)).map((scale, i) => [arrays[i], scale]));
  return {
    classNames: classes.classNames,
    findings: [
      ...findings,
      ...classes.findings,
      ...(arrays.some(({ type }) => type.kind === "f")
        ? [`${FLOAT_RULE} These are 0 to ${scales.get(arrays[0] as StoredArray) === 255 ? 1 : 255}.`]
        : []),
    ],
    parts: parts.map(({ part, images }, p): PixelPart => {
      const own = layouts[p] as readonly ImageLayout[];
      return {
        part,
        imageShape: (own[0] as ImageLayout).imageShape,
        labels: classes.labels[p] as Int32Array,
        async *pixels() {
          for (const [i, array] of images.entries()) {
            yield* pixelsOf(array, own[i] as ImageLayout, scales.get(array) ?? 1);
          }
        },
      };
    }),
  };
}

/** Refuses images of different sizes, and another number of labels than of images. */
function checkSizes(parts: readonly ArrayPart[], layouts: readonly (readonly ImageLayout[])[]): void {
  const inWords = (shape: readonly number[]): string => shape.join("x");
  const first = layouts[0]?.[0] as ImageLayout;
  const firstPath = parts[0]?.images[0]?.path;
  for (const [p, { images, labels }] of parts.entries()) {
    const own = layouts[p] as readonly ImageLayout[];
    for (const [i, { imageShape }] of own.entries()) {
      if (inWords(imageShape) === inWords(first.imageShape)) continue;
      throw new DataError(
        `${images[i]?.path}: its images are ${inWords(imageShape)} (channels, height, width). Expected ${inWords(first.imageShape)}, as in ${firstPath}. Give all images one shape.`,
      );
    }
    const count = own.reduce((sum, layout) => sum + layout.count, 0);
    const labelCount = labels.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
    if (labelCount === count) continue;
    throw new DataError(
      `${labels[0]?.path}: it has ${labelCount} labels, but ${images[0]?.path} of the shape ${inWords(images[0]?.shape ?? [])} has ${count} images. Expected one label per image, and the images along the first axis. Save both arrays again.`,
    );
  }
}

async function classesOf(parts: readonly ArrayPart[], named: NamedLabels | null): Promise<NumberedClasses> {
  const numbers: { path: string; values: number[] }[] = [];
  const texts: { path: string; values: string[] }[] = [];
  for (const { labels } of parts) {
    const read: { readonly path: string; readonly labels: Labels }[] = [];
    for (const array of labels) read.push({ path: array.path, labels: await readLabels(array) });
    const path = read[0]?.path ?? "";
    const allNumbers = read.flatMap(({ labels: own }) => (own.kind === "numbers" ? [own.values] : []));
    const allTexts = read.flatMap(({ labels: own }) => (own.kind === "texts" ? [own.values] : []));
    if (allNumbers.length > 0) numbers.push({ path, values: allNumbers.flatMap((own) => Array.from(own)) });
    if (allTexts.length > 0) texts.push({ path, values: allTexts.flat() });
  }
  const [mixed] = numbers.length > 0 ? texts : [];
  if (mixed) {
    throw new DataError(
      `${mixed.path}: its labels are text, but those of ${numbers[0]?.path} are numbers. Expected one kind. Save both as numbers or both as text.`,
    );
  }
  return numbers.length > 0 ? numberClasses(numbers, named) : nameClasses(texts);
}
