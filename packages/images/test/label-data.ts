import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { type DataOptions, type DataSet, openDataSet } from "../src/index.ts";
import { folderWith, newFolder } from "./temporary.ts";

/** The images of each class in each part, by their numbers. */
export type Expected = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;

/** A data set with labels outside of its folders, and how it is read. */
export interface LabelCase {
  readonly name: string;
  /** The number of the picture at each path. */
  readonly images: Readonly<Record<string, number>>;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly options?: DataOptions;
  /** The file that is the data; default: the folder. */
  readonly data?: string;
}

export interface ReadCase extends LabelCase {
  readonly parts: Expected;
  /** The expected parts of the description and the findings. */
  readonly says?: readonly string[];
}

export interface RefusedCase extends LabelCase {
  /** The expected parts of the message. */
  readonly says: readonly string[];
}

const pictures = new Map<number, Promise<Buffer>>();

/** Returns a picture of 8x8 gray pixels, another one for each number. */
export function picture(number: number): Promise<Buffer> {
  const pixels = Uint8Array.from({ length: 64 }, (_, i) => (Math.imul(i + 1, 2654435761 + 2 * number) >>> 24) % 200);
  const made =
    pictures.get(number) ??
    sharp(pixels, { raw: { width: 8, height: 8, channels: 1 } })
      .png()
      .toBuffer();
  pictures.set(number, made);
  return made;
}

const cache = newFolder();

/** Creates the files of a case. */
export async function folderOf({ images, files }: LabelCase): Promise<string> {
  const made = await Promise.all(
    Object.entries(images).map(async ([path, number]) => [path, await picture(number)] as const),
  );
  return folderWith({ ...Object.fromEntries(made), ...files });
}

/** Opens the data of a case. */
export async function open(row: LabelCase, options: DataOptions = row.options ?? {}): Promise<DataSet> {
  const folder = await folderOf(row);
  return openDataSet(row.data === undefined ? folder : `${folder}/${row.data}`, { cache, ...options });
}

const known = new Map<string, Promise<DataSet>>();

/** Opens the class folder with the same images: `cat/0.png`, or `train/cat/0.png` if there are several parts. */
export function openClassFolder(parts: Expected, options: DataOptions = {}): Promise<DataSet> {
  const key = JSON.stringify([parts, options]);
  const isSplit = Object.keys(parts).length > 1;
  const images = Object.entries(parts).flatMap(([part, classes]) =>
    Object.entries(classes).flatMap(([name, numbers]) =>
      numbers.map((number, i) => [`${isSplit ? `${part}/` : ""}${name}/${i}.png`, number] as const),
    ),
  );
  const made = known.get(key) ?? open({ name: "", images: Object.fromEntries(images), files: {} }, options);
  known.set(key, made);
  return made;
}

/** Encodes text as UTF-16 with a byte order mark. */
export const utf16 = (text: string): Uint8Array => Buffer.from(`\ufeff${text}`, "utf16le");

export const gzip = (text: string): Uint8Array => gzipSync(text);
