import { type Files, pathIn } from "../files/files.ts";
import { decodeText } from "../files/read-text.ts";
import { checkDistinctNames } from "./match-classes.ts";

/**
 * Reads a file of class names, one per line in label order.
 * @throws DataError for a file that is not text, or a repeated name
 */
export async function readClassNames(files: Files, file: string): Promise<readonly string[]> {
  const path = pathIn(files, file);
  const names = decodeText(path, await files.read(file))
    .split(/\r\n|\n|\r/)
    .map((name) => name.trim())
    .filter(Boolean);
  checkDistinctNames(path, names);
  return names;
}
