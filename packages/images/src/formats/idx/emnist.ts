import { basename } from "node:path";
import { byteAt } from "../../bytes.ts";
import { DataError } from "../../error.ts";
import { type Files, pathIn } from "../../files/files.ts";
import { decodeText } from "../../files/read-text.ts";
import { records } from "../../files/records.ts";
import { fileIn, type Home } from "../homes.ts";
import type { Pair } from "./idx-pairs.ts";

/** The classes of EMNIST, and the label of the first one. */
export interface EmnistClasses {
  readonly classNames: readonly string[];
  readonly first: number;
}

const NAME = /^(?<set>emnist-[a-z]+)-(?:train|test)-images/i;

/** True for the images of EMNIST (arXiv 1702.05373), which lie in the files column by column. */
export const isEmnist = ({ images }: Pair): boolean => NAME.test(basename(images));

/**
 * Reads the classes of EMNIST from the file of its mapping, such as `emnist-letters-mapping.txt`: lines with a label and the
 * codes of its characters. Without that file, the letters are A to Z from label 1, and other sets are unknown.
 * @returns null for unknown classes
 * @throws DataError for other contents
 */
export async function emnistClasses(files: Files, home: Home, { images }: Pair): Promise<EmnistClasses | null> {
  const set = NAME.exec(basename(images))?.groups?.set as string;
  const name = home.files.find((file) => basename(file) === `${set}-mapping.txt`);
  if (name === undefined) {
    return /letters$/i.test(set) ? { classNames: [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"], first: 1 } : null;
  }
  const file = fileIn(home, name);
  const path = pathIn(files, file);
  const rows = decodeText(path, await files.read(file))
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== "")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const first = rows[0]?.[0] ?? 0;
  const classNames = rows.map(([label, code = Number.NaN], i) => {
    if (label !== first + i || !Number.isInteger(code) || code < 33 || code > 0x10ffff) {
      throw new DataError(
        `${path}: line ${i + 1} is not a label and the code of its character. Expected label ${first + i}, such as '${first + i} ${65 + i}'.`,
      );
    }
    return String.fromCodePoint(code);
  });
  if (classNames.length < 2)
    throw new DataError(`${path}: it has no classes. Expected a label and a code in each line.`);
  return { classNames, first };
}

/** Turns images that lie column by column, so that their rows follow each other. A piece is valid until the next one. */
export async function* transposed(
  pieces: AsyncIterable<Uint8Array>,
  height: number,
  width: number,
): AsyncGenerator<Uint8Array> {
  const rows = new Uint8Array(height * width);
  for await (const columns of records(pieces, rows.length)) {
    for (let i = 0; i < columns.length; i++) rows[(i % height) * width + Math.floor(i / height)] = byteAt(columns, i);
    yield rows;
  }
}
