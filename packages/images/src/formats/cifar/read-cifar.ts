import { statSync } from "node:fs";
import { basename, join } from "node:path";
import type { ImageShape } from "@downhill/optim/image";
import { byteAt } from "../../bytes.ts";
import { readClassNames } from "../../classes/read-class-names.ts";
import type { PartName } from "../../data-set/parts.ts";
import { DataError } from "../../error.ts";
import { readStream } from "../../files/read-stream.ts";
import type { ImageSetHandle } from "../../image-set/image-set.ts";
import { CIFAR10_CLASSES } from "../../names/class-names.ts";
import { finishPool } from "../../pool/finish-pool.ts";
import { PoolWriter } from "../../pool/pool-writer.ts";
import { checkClassCount, checkLabels } from "../check-labels.ts";
import type { RawData, ReadOptions } from "../format.ts";

const SHAPE: ImageShape = [3, 32, 32];
const PIXELS = 3 * 32 * 32;

/** One of the two formats: each record has label bytes, then a red, a green and a blue plane. */
interface Format {
  readonly title: string;
  /** The number of label bytes. The last one is the label; CIFAR-100's first one is the coarse class. */
  readonly labelBytes: number;
  readonly classes: number;
  /** The file of class names, one per line. */
  readonly namesFile: string;
  readonly names: readonly string[] | null;
  readonly train: RegExp;
  readonly test: RegExp;
}

const FORMATS: readonly Format[] = [
  {
    title: "CIFAR-10",
    labelBytes: 1,
    classes: 10,
    namesFile: "batches.meta.txt",
    names: CIFAR10_CLASSES,
    train: /^data_batch_(\d+)\.bin$/,
    test: /^test_batch\.bin$/,
  },
  {
    title: "CIFAR-100",
    labelBytes: 2,
    classes: 100,
    namesFile: "fine_label_names.txt",
    names: null,
    train: /^train\.bin$/,
    test: /^test\.bin$/,
  },
];

const formatOf = (files: readonly string[]): Format | undefined =>
  FORMATS.find(({ train }) => files.some((file) => train.test(basename(file))));

/** True if a folder contains the binary files of CIFAR-10 or CIFAR-100, by their names. */
export const isCifarFolder = (files: readonly string[]): boolean => formatOf(files) !== undefined;

/**
 * Reads a folder of CIFAR's binary files, which https://www.cs.toronto.edu/~kriz/cifar.html describes.
 * @throws DataError for files with other contents
 */
export async function readCifarFolder(
  folder: string,
  files: readonly string[],
  options: ReadOptions,
): Promise<RawData> {
  const format = formatOf(files) as Format;
  const classNames = options.known?.classNames ?? readNames(folder, format);
  if (!options.anyClassCount) checkClassCount(folder, classNames.length);
  const parts: Partial<Record<PartName, ImageSetHandle>> = {};
  for (const part of ["train", "test"] as const) {
    const paths = files
      .filter((file) => format[part].test(basename(file)))
      .sort(byNumber)
      .map((file) => join(folder, file));
    if (paths.length > 0)
      parts[part] = { ...(await readPart(part, paths, format, classNames.length, options)), classNames };
  }
  return {
    kind: "cifar",
    reading: `${format.title}'s binary files`,
    parts,
    failures: [],
    ignored: new Map(),
    findings: [],
    about: [],
  };
}

const numberOf = (file: string): number => Number(/\d+/.exec(basename(file))?.[0] ?? 0);
const byNumber = (a: string, b: string): number => numberOf(a) - numberOf(b);

function readNames(folder: string, { namesFile, names, classes, title }: Format): readonly string[] {
  const path = join(folder, namesFile);
  const lines = readClassNames(path);
  if (!lines) return names ?? Array.from({ length: classes }, (_, label) => String(label));
  if (lines.length !== classes) {
    throw new DataError(
      `${path}: it names ${lines.length} classes. Expected the ${classes} classes of ${title}, one per line.`,
    );
  }
  return lines;
}

async function readPart(
  part: PartName,
  paths: readonly string[],
  { labelBytes, title }: Format,
  classes: number,
  { place, onProgress }: ReadOptions,
): Promise<Omit<ImageSetHandle, "classNames">> {
  const record = labelBytes + PIXELS;
  const counts = paths.map((path) => {
    const { size } = statSync(path);
    if (size > 0 && size % record === 0) return size / record;
    throw new DataError(
      `${path}: it has ${size} bytes. Expected a multiple of ${record}, the size of a record of ${title}. Download the file again.`,
    );
  });
  const total = counts.reduce((sum, count) => sum + count, 0);
  const writer = new PoolWriter(total * PIXELS, place);
  const labels = new Int32Array(total);
  let index = 0;
  for (const [i, path] of paths.entries()) {
    const first = index;
    const end = first + (counts[i] ?? 0);
    // The binary files are not compressed. A file that unpacks to another length is another file.
    const differs = (): DataError => new DataError(`${path}: it is a gzip file. Expected the binary file. Unpack it.`);
    for await (const image of records(path, record)) {
      if (index === end) throw differs();
      labels[index] = byteAt(image, labelBytes - 1);
      writer.write(index * PIXELS, image.subarray(labelBytes));
      index++;
    }
    if (index !== end) throw differs();
    checkLabels(path, labels.subarray(first, index), classes, `the classes of ${title}`);
    onProgress({ what: `reading ${part} images from ${basename(path)}`, done: index, total });
  }
  const numbers = Int32Array.from(labels, (_, i) => i);
  const pool = finishPool(writer, total * PIXELS);
  return { imageShape: SHAPE, labels, places: numbers, pool, names: { word: part, numbers } };
}

/** Reads a file record by record. A record is valid until the next one. */
async function* records(path: string, size: number): AsyncGenerator<Uint8Array> {
  const record = new Uint8Array(size);
  let filled = 0;
  for await (const piece of readStream(path)) {
    for (let at = 0; at < piece.length; ) {
      const count = Math.min(size - filled, piece.length - at);
      record.set(piece.subarray(at, at + count), filled);
      filled += count;
      at += count;
      if (filled < size) continue;
      yield record;
      filled = 0;
    }
  }
}
