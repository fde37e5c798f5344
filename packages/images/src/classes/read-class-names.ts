import { readFileSync, statSync } from "node:fs";
import { DataError } from "../error.ts";
import { reasonOf } from "../files/reason.ts";
import { checkDistinctNames } from "./match-classes.ts";

/**
 * Reads a file of class names, one a line in the order of the labels; null where there is none.
 * @throws DataError for a name that is there twice
 */
export function readClassNames(path: string): readonly string[] | null {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return null;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new DataError(`${path}: it cannot be read: ${reasonOf(error)}. Make it readable.`);
  }
  const names = text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/)
    .map((name) => name.trim())
    .filter(Boolean);
  checkDistinctNames(path, names);
  return names;
}
