import { DataError } from "../error.ts";

/** Refuses labels for which there is no class. `source`: what says how many there are. */
export function checkLabels(path: string, labels: Int32Array, classes: number, source: string): void {
  const outside = labels.findIndex((label) => label >= classes);
  if (outside < 0) return;
  throw new DataError(
    `${path}: label ${outside} is ${labels[outside]}: expected one of 0 to ${classes - 1}, as ${source}`,
  );
}

/** Refuses less than two classes: there is nothing to tell apart. */
export function checkClassCount(path: string, classes: number): void {
  if (classes < 2) throw new DataError(`${path}: it has ${classes} class: expected labels of two classes at least`);
}
