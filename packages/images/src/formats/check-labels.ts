import { DataError } from "../error.ts";
import { plural } from "../text/lists.ts";

/** Refuses labels without a class. @param source the origin of the number of classes, for the error */
export function checkLabels(path: string, labels: Int32Array, classes: number, source: string): void {
  const outside = labels.findIndex((label) => label >= classes);
  if (outside < 0) return;
  throw new DataError(`${path}: label ${outside} is ${labels[outside]}. Expected 0 to ${classes - 1}, by ${source}.`);
}

/** Refuses fewer than two classes. */
export function checkClassCount(path: string, classes: number): void {
  if (classes < 2)
    throw new DataError(
      `${path}: it has ${plural(classes, "class", "classes")}. Expected labels of at least two classes.`,
    );
}
