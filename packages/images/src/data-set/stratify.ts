import { randomKey, shuffle } from "../random.ts";

/**
 * Orders images so that the first n contain each class in proportion, to within one image, for every n. The images of each
 * class are shuffled and then spread evenly over the whole. The first n are thus a fair sample, and a smaller sample is a
 * subset of a larger one.
 */
export function stratifiedOrder(labels: Int32Array, seed: number): Int32Array {
  const classes = new Map<number, number[]>();
  labels.forEach((label, image) => {
    const members = classes.get(label);
    if (members) members.push(image);
    else classes.set(label, [image]);
  });
  const spread: { readonly image: number; readonly place: number; readonly label: number }[] = [];
  for (const [label, members] of classes) {
    shuffle(members, randomKey(seed, label, "split")).forEach((image, i) => {
      spread.push({ image, place: (i + 0.5) / members.length, label });
    });
  }
  spread.sort((a, b) => a.place - b.place || a.label - b.label);
  return Int32Array.from(spread, ({ image }) => image);
}

/**
 * Splits a share of the images off with the classes in proportion, to within one image per class. At least one image of
 * each class remains.
 * @param share from 0 to below 1
 * @returns the indices of the images in each part, ascending
 */
export function stratifiedSplit(
  labels: Int32Array,
  share: number,
  seed: number,
): { readonly rest: Int32Array; readonly split: Int32Array } {
  const left = new Map<number, number>();
  const remaining = (label: number): number => left.get(label) ?? 0;
  for (const label of labels) left.set(label, remaining(label) + 1);
  const wanted = Math.round(labels.length * share);
  const split = new Set<number>();
  for (const image of stratifiedOrder(labels, seed).subarray(0, wanted)) {
    const label = labels[image] as number;
    if (remaining(label) === 1) continue;
    left.set(label, remaining(label) - 1);
    split.add(image);
  }
  const all = Int32Array.from(labels, (_, image) => image);
  return { rest: all.filter((image) => !split.has(image)), split: all.filter((image) => split.has(image)) };
}

/** Chooses at most `limit` images with the classes in proportion, in ascending order; null if all fit. */
export function stratifiedChoice(labels: Int32Array, limit: number, seed: number): Int32Array | null {
  return limit >= labels.length ? null : stratifiedOrder(labels, seed).slice(0, limit).sort();
}
