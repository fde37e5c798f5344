import { DataError } from "../../error.ts";
import { type Files, pathIn } from "../../files/files.ts";
import { readStream } from "../../files/read-stream.ts";
import type { EncodedImages, ReadContext } from "../format.ts";
import { decodePieces } from "../table/decode-pieces.ts";
import type { ImageIndex } from "../table/image-index.ts";
import { LabelCollector } from "../table/label-collector.ts";
import { labelImages } from "../table/label-images.ts";
import { readRows } from "../table/read-rows.ts";
import type { Lists } from "./find-lists.ts";

/**
 * Reads lists of numbered images.
 * @throws DataError for a line without a number and a value, and for an image without a label
 */
export async function loadLists(
  files: Files,
  { folder, images, labels, split, classes }: Lists,
  index: ImageIndex,
  { anyClassCount, signal }: ReadContext,
): Promise<EncodedImages> {
  const labelOf = await readPairs(files, labels, signal);
  const isTrained = split === null ? null : await readPairs(files, split, signal);
  const names = classes === null ? null : await readPairs(files, classes, signal);
  const collector = new LabelCollector(index);
  for (const [number, path] of await readPairs(files, images, signal)) {
    const place = (): string => `${pathIn(files, images)}: image ${number}`;
    const label = labelOf.get(number);
    if (label === undefined) {
      throw new DataError(
        `${place()} has no line in ${labels}. Expected a label for each image. Download the files again.`,
      );
    }
    const flag = isTrained?.get(number);
    if (isTrained && flag !== "0" && flag !== "1") {
      throw new DataError(`${place()} has '${flag ?? ""}' in ${split}. Expected 1 for a training image, or 0.`);
    }
    const part = flag === undefined ? null : flag === "1" ? "train" : "test";
    collector.add({ image: path, label, part, place }, folder);
  }
  return labelImages(collector, {
    files,
    place: pathIn(files, labels),
    anyClasses: anyClassCount,
    namesOf: async (found) => (found.every((label) => names?.has(label)) ? names : null),
    findings: [],
  });
}

/** Reads lines of a number and a value, which may contain spaces. */
async function readPairs(
  files: Files,
  file: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string>> {
  const path = pathIn(files, file);
  const pairs = new Map<string, string>();
  const pieces = decodePieces(path, readStream(files, file));
  for await (const batch of readRows(path, pieces, { kind: "words", fields: "first" }, [])) {
    signal?.throwIfAborted();
    for (const { line, cells } of batch) {
      const [number, value] = cells;
      if (number === undefined || value === undefined) {
        throw new DataError(`${path}: line ${line} has one word. Expected a number and a value, such as '1 2'.`);
      }
      if (pairs.has(number)) throw new DataError(`${path}: line ${line} repeats ${number}. Expected each number once.`);
      pairs.set(number, value);
    }
  }
  return pairs;
}
