import { DataError } from "../../error.ts";
import { type Files, pathIn } from "../../files/files.ts";
import { readStream } from "../../files/read-stream.ts";
import { listFirst } from "../../text/lists.ts";
import { readClassFile } from "../class-file.ts";
import { byPart, type FileGroup, leftFindings } from "../file-groups.ts";
import type { EncodedImages, ReadContext } from "../format.ts";
import { readSamples, type Sample } from "../sample-store.ts";
import { type Features, type FeatureValue, readExample } from "./read-example.ts";
import { recordsOf } from "./records.ts";

/** The features with images; an earlier one precedes a later one. */
const IMAGES = ["image/encoded", "image", "image_raw", "img", "jpeg", "png"];
/** The features with the name of the class, then those with its number. */
const LABELS =
  "image/class/text image/class/label label class class_name label/class target category image/label class/label label_id".split(
    " ",
  );

/** Reads the examples of TFRecord files. @throws DataError for damaged records, or examples without images */
export const readTfrecord = (files: Files, group: FileGroup, context: ReadContext): Promise<EncodedImages> =>
  readSamples(context, async (store) => {
    const parts = byPart(group.files);
    for (const [part, own] of parts.parts) {
      for (const file of own) await store.add(part, samplesOf(files, file));
    }
    const path = pathIn(files, files.only ?? group.home);
    return store.finish(path, await readClassFile(files, group.home), leftFindings(parts, group));
  });

/** Reads the first example. @throws DataError if it has no image */
export async function checkFirst(files: Files, file: string): Promise<void> {
  for await (const _ of samplesOf(files, file)) return;
}

async function* samplesOf(files: Files, file: string): AsyncGenerator<Sample> {
  const { PbfReader } = await import("pbf");
  const path = pathIn(files, file);
  let index = 0;
  for await (const record of recordsOf(path, readStream(files, file))) {
    const place = `${path}, record ${index}`;
    const features = readExample(place, record, PbfReader);
    const bytes = IMAGES.map((key) => features.get(key)).find((value) => value instanceof Uint8Array);
    if (!bytes) throw withoutImage(place, features);
    yield { name: `${file}, record ${index++}`, label: labelOf(place, features), bytes };
  }
}

function labelOf(place: string, features: Features): number | string | null {
  for (const key of LABELS) {
    const value: FeatureValue = features.get(key) ?? null;
    if (value === null || value === -1) continue;
    if (typeof value !== "number") {
      const text = new TextDecoder().decode(value);
      if (text !== "") return text;
      continue;
    }
    if (Number.isInteger(value) && value >= 0 && value < 2 ** 31) return value;
    throw new DataError(
      `${place}: its feature '${key}' is ${value}. Expected a whole number of at least 0 as the label of an image. Write one class per image.`,
    );
  }
  return null;
}

const withoutImage = (place: string, features: Features): DataError =>
  new DataError(
    `${place}: it has no image, but the features ${listFirst([...features.keys()]) || "of an empty example"}. Expected the bytes of an image file in ${IMAGES.slice(0, 2).join(" or ")}, and its label in image/class/label or label.`,
  );
