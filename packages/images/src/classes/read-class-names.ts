import { statSync } from "node:fs";
import { readTextFile } from "../files/read-text.ts";
import { checkDistinctNames } from "./match-classes.ts";

/**
 * Reads a file of class names, one a line in the order of the labels; null where there is none.
 * @throws DataError for a file that is no text, or a name that is there twice
 */
export function readClassNames(path: string): readonly string[] | null {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return null;
  const names = readTextFile(path)
    .split(/\r\n|\n|\r/)
    .map((name) => name.trim())
    .filter(Boolean);
  checkDistinctNames(path, names);
  return names;
}
