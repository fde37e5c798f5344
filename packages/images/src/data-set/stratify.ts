import { permutation, randomKey } from "../random.ts";

/**
 * Images in an order of which every beginning has each class in proportion, to within one image: each class's are
 * shuffled, and spread evenly over the whole. So the first n are a fair choice for any n, and those for a smaller n are
 * among those for a larger.
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
    permutation(members.length, randomKey(seed, label, "split")).forEach((member, i) => {
      spread.push({ image: members[member] as number, place: (i + 0.5) / members.length, label });
    });
  }
  spread.sort((a, b) => a.place - b.place || a.label - b.label);
  return Int32Array.from(spread, ({ image }) => image);
}

/**
 * Splits a share off, every class in proportion: within one image of the share of each, and never the last of a class.
 * @param share from 0 to below 1
 * @returns images from 0, rising in each part
 */
export function stratifiedSplit(
  labels: Int32Array,
  share: number,
  seed: number,
): { readonly rest: Int32Array; readonly split: Int32Array } {
  const left = new Map<number, number>();
  for (const label of labels) left.set(label, (left.get(label) ?? 0) + 1);
  const wanted = Math.round(labels.length * share);
  const split = new Set<number>();
  for (const image of stratifiedOrder(labels, seed).subarray(0, wanted)) {
    const label = labels[image] as number;
    const others = (left.get(label) as number) - 1;
    if (others === 0) continue;
    left.set(label, others);
    split.add(image);
  }
  const all = Int32Array.from(labels, (_, image) => image);
  return { rest: all.filter((image) => !split.has(image)), split: all.filter((image) => split.has(image)) };
}

/** At most so many images, every class in proportion; rising. Null: all. */
export function stratifiedChoice(labels: Int32Array, limit: number, seed: number): Int32Array | null {
  return limit >= labels.length ? null : stratifiedOrder(labels, seed).slice(0, limit).sort();
}
