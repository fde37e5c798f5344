import { readClassNames } from "../classes/read-class-names.ts";
import { type Files, pathIn } from "../files/files.ts";
import { folderAt, pathWithin } from "../files/tree.ts";
import type { NamedLabels } from "./numbered-classes.ts";

/** The files in which tools write the names of classes, one per line in label order. TensorFlow's datasets have the last one. */
const NAMES = ["classes.txt", "class_names.txt", "classnames.txt", "labels.txt", "label.labels.txt"];

/** Reads the names of classes beside the files of a data set; null if there are none. */
export async function readClassFile(files: Files, home: string): Promise<NamedLabels | null> {
  const folder = folderAt(files.root, home);
  const name = NAMES.find((other) => folder?.tree.others.includes(other));
  if (!folder || !name) return null;
  const file = pathWithin(folder, name);
  return { names: await readClassNames(files, file), path: pathIn(files, file) };
}
