import { DataError } from "../error.ts";
import { type ImageSetHandle, selectImages } from "../image-set/image-set.ts";
import { randomKey, shuffle } from "../random.ts";
import type { RawData } from "../reading/raw-data.ts";
import type { DataOptions } from "./options.ts";

/**
 * Divides images into folds by seed. The folds differ by at most one image in size, and by at most one image of each class.
 * @returns the fold of each image, from 1
 */
export function stratifiedFolds(labels: Int32Array, folds: number, seed: number): Int32Array {
  const classes = new Map<number, number[]>();
  labels.forEach((label, image) => {
    const members = classes.get(label);
    if (members) members.push(image);
    else classes.set(label, [image]);
  });
  const result = new Int32Array(labels.length);
  let at = 0;
  for (const [label, members] of [...classes].sort(([a], [b]) => a - b)) {
    for (const image of shuffle(members, randomKey(seed, label, "folds"))) result[image] = (at++ % folds) + 1;
  }
  return result;
}

/**
 * Makes a fold of the training images the test part, as the options choose. The data's own test part is left out.
 * @param source the data, for errors
 * @returns the images, and a note on the fold that continues the description of the reading
 * @throws DataError for a fold or a number of folds that the data do not have
 */
export function withFold(
  raw: RawData,
  { fold, folds, seed = 0 }: DataOptions,
  source: string,
): { readonly raw: RawData; readonly note: string } {
  if (fold === undefined || raw.isFold) return { raw, note: "" };
  if (folds === undefined || folds === "all") {
    const given = folds === undefined ? `fold = ${fold}` : 'folds = "all"';
    throw new DataError(
      `${source}: ${given}, but the data have no folders of folds, such as fold1 and fold2. Expected the number of folds to divide the images into.`,
      [{ options: { folds: 5 }, purpose: "divide them into 5 folds" }],
    );
  }
  const train = raw.parts.train as ImageSetHandle;
  if (fold < 1 || fold > folds) {
    throw new DataError(`${source}: fold = ${fold}, with folds = ${folds}: expected a fold from 1 to ${folds}.`);
  }
  checkSizes(train, folds, source);
  const places = stratifiedFolds(train.labels, folds, seed);
  const all = Int32Array.from(train.labels, (_, image) => image);
  const left = raw.parts.test ? [`The test part of the data is left out, because fold ${fold} is the test part.`] : [];
  const select = (isTested: boolean) =>
    selectImages(
      train,
      all.filter((image) => (places[image] === fold) === isTested),
    );
  return {
    raw: {
      ...raw,
      parts: { ...raw.parts, train: select(false), test: select(true) },
      findings: [...left, ...raw.findings],
    },
    note: `; test part from fold ${fold} of ${folds}, which divide the training images by seed ${seed}`,
  };
}

/** Refuses a class with a single image, and more folds than images. */
function checkSizes({ labels, classNames }: ImageSetHandle, folds: number, source: string): void {
  if (folds > labels.length) {
    throw new DataError(`${source}: folds = ${folds}: expected at most ${labels.length}, the training images.`);
  }
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [single] = [...counts].find(([, count]) => count === 1) ?? [];
  if (single === undefined) return;
  throw new DataError(
    `${source}: folds = ${folds}, but the class '${classNames[single]}' has one training image. Expected at least two of each class, so that one is left for training. Add images of that class, or remove it.`,
  );
}
