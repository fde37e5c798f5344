import { statSync } from "node:fs";
import { readTextFile } from "../files/read-text.ts";
import { checkDistinctNames } from "./match-classes.ts";

/**
 * Reads a file of class names, one per line in label order; null if there is no such file.
 * @throws DataError for a file that is not text, or a repeated name
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
