import { DataError } from "../../error.ts";
import { isImage } from "../../files/tree.ts";
import type { Sample } from "../sample-store.ts";
import { labelFromJson, labelFromText } from "./sample-label.ts";
import type { ShardEntry } from "./tar-entries.ts";

/** A sample before its image is used: its fields by their endings, such as "png" and "cls". */
interface Fields {
  readonly key: string;
  readonly image: { readonly name: string; readonly bytes: Uint8Array } | null;
  readonly label: { readonly source: LabelSource; readonly value: number | string | null } | null;
}

/** The kind of file that labels are in. An earlier one precedes a later one. */
export type LabelSource = "cls" | "json" | "txt";

const SOURCES: Readonly<Record<string, LabelSource>> = {
  cls: "cls",
  "cls.txt": "cls",
  label: "cls",
  json: "json",
  "label.json": "json",
  txt: "txt",
  "label.txt": "cls",
};
const PRECEDENCE: readonly LabelSource[] = ["cls", "json", "txt"];

/** The key and the field of a file's name: WebDataset splits the name at its first dot. */
function splitName(path: string): readonly [key: string, field: string] {
  const slash = path.lastIndexOf("/") + 1;
  const dot = path.indexOf(".", slash);
  return dot < 0 ? [path, ""] : [path.slice(0, dot), path.slice(dot + 1).toLowerCase()];
}

/** True for the field of a sample's image: "jpg", or a general name such as "image.jpg". */
const isImageField = (field: string): boolean =>
  isImage(`x.${field}`) && /^(?:(?:image|img|input|rgb)\.)?[a-z\d]+$/.test(field);

/** A sample of a shard. */
export interface ShardSample extends Sample {
  readonly source: LabelSource | null;
}

/** Groups the files of a shard as samples: an image, and a label in a `.cls`, `.json` or `.txt` file. */
export async function* shardSamples(path: string, entries: AsyncIterable<ShardEntry>): AsyncGenerator<ShardSample> {
  let sample: Fields | null = null;
  for await (const { name, read } of entries) {
    const [key, field] = splitName(name);
    const source = SOURCES[field];
    if (source === undefined && !isImageField(field)) continue;
    if (sample && sample.key !== key) {
      yield* finished(sample);
      sample = null;
    }
    sample ??= { key, image: null, label: null };
    if (source === undefined) sample = { ...sample, image: sample.image ?? { name, bytes: await read() } };
    else if (!sample.label || PRECEDENCE.indexOf(source) < PRECEDENCE.indexOf(sample.label.source)) {
      const bytes = await read();
      const place = `${path}/${name}`;
      const value = source === "json" ? labelFromJson(place, bytes) : labelFromText(place, bytes);
      // JSON without a label is a description beside others.
      if (value !== undefined) sample = { ...sample, label: { source, value } };
    }
  }
  if (sample) yield* finished(sample);
}

function* finished({ image, label }: Fields): Generator<ShardSample> {
  if (image) yield { ...image, label: label?.value ?? null, source: label?.source ?? null };
}

/** Refuses texts that are captions: more than half of them differ. */
export function checkTexts(path: string, texts: readonly string[]): void {
  const distinct = new Set(texts).size;
  if (distinct <= 2 || distinct * 2 <= texts.length) return;
  throw new DataError(
    `${path}: ${distinct} of its ${texts.length} .txt files differ, as captions do, such as ${JSON.stringify(texts[0]?.slice(0, 80))}. Expected the names of classes. Write the labels into .cls files.`,
  );
}
