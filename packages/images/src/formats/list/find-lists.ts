import type { Files } from "../../files/files.ts";
import { type Branch, pathWithin, walk } from "../../files/tree.ts";

/** The files of lists by their contents. Each line has the number of an image, and a value. */
export interface Lists {
  /** The folder of the files within the data. */
  readonly folder: string;
  readonly images: string;
  readonly labels: string;
  /** 1 for a training image, 0 for a test image. */
  readonly split: string | null;
  /** The number of a class, and its name. */
  readonly classes: string | null;
}

/** The names of the files of lists. */
export const LIST_FILES: ReadonlySet<string> = new Set([
  "images.txt",
  "image_class_labels.txt",
  "train_test_split.txt",
  "bounding_boxes.txt",
  "sizes.txt",
]);

/** Finds the folders with lists. */
export function findLists(files: Files): readonly Lists[] {
  return [...walk(files.root)].flatMap((branch: Branch) => {
    const has = (name: string): string | null => (branch.tree.others.includes(name) ? pathWithin(branch, name) : null);
    const [images, labels] = [has("images.txt"), has("image_class_labels.txt")];
    if (images === null || labels === null) return [];
    return [{ folder: branch.path, images, labels, split: has("train_test_split.txt"), classes: has("classes.txt") }];
  });
}
