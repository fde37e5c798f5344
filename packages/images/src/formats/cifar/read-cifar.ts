import { basename } from "node:path";
import type { ImageShape } from "@downhill/optim/image";
import { byteAt } from "../../bytes.ts";
import { readClassNames } from "../../classes/read-class-names.ts";
import { DataError } from "../../error.ts";
import { type Files, pathIn } from "../../files/files.ts";
import { readStream } from "../../files/read-stream.ts";
import { records } from "../../files/records.ts";
import { CIFAR10_CLASSES } from "../../names/class-names.ts";
import { checkClassCount, checkLabels } from "../check-labels.ts";
import type { PixelImages, PixelPart, ReadContext } from "../format.ts";
import { fileIn, type Home } from "../homes.ts";

const SHAPE: ImageShape = [3, 32, 32];
const PIXELS = 3 * 32 * 32;

/** One of the two versions: each record has label bytes, then a red, a green and a blue plane. */
interface Version {
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

const VERSIONS: readonly Version[] = [
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

const versionOf = ({ files }: Home): Version | undefined =>
  VERSIONS.find(({ train }) => files.some((file) => train.test(basename(file))));

/** True if a folder contains the binary files of CIFAR-10 or CIFAR-100, by their names. */
export const isCifarHome = (home: Home): boolean => versionOf(home) !== undefined;

/** Returns the name of the data set whose files a folder contains. */
export const cifarTitle = (home: Home): string => (versionOf(home) as Version).title;

/**
 * Reads a folder of CIFAR's binary files, which https://www.cs.toronto.edu/~kriz/cifar.html describes.
 * @throws DataError for files with other contents
 */
export async function readCifarFolder(
  files: Files,
  home: Home,
  { known, anyClassCount }: ReadContext,
): Promise<PixelImages> {
  const version = versionOf(home) as Version;
  const classNames = known?.classNames ?? (await readNames(files, home, version));
  if (!anyClassCount) checkClassCount(pathIn(files, home.path), classNames.length);
  const parts: PixelPart[] = [];
  for (const part of ["train", "test"] as const) {
    const inPart = home.files
      .filter((file) => version[part].test(basename(file)))
      .sort(byNumber)
      .map((file) => fileIn(home, file));
    if (inPart.length > 0) parts.push({ part, ...(await openPart(files, inPart, version, classNames.length)) });
  }
  return { parts, classNames };
}

const numberOf = (file: string): number => Number(/\d+/.exec(basename(file))?.[0] ?? 0);
const byNumber = (a: string, b: string): number => numberOf(a) - numberOf(b);

async function readNames(
  files: Files,
  home: Home,
  { namesFile, names, classes, title }: Version,
): Promise<readonly string[]> {
  if (!home.files.includes(namesFile)) return names ?? Array.from({ length: classes }, (_, label) => String(label));
  const file = fileIn(home, namesFile);
  const lines = await readClassNames(files, file);
  if (lines.length !== classes) {
    throw new DataError(
      `${pathIn(files, file)}: it names ${lines.length} classes. Expected the ${classes} classes of ${title}, one per line.`,
    );
  }
  return lines;
}

/** Reads the labels of a part. The pixels are read later, from the same records. */
async function openPart(
  files: Files,
  paths: readonly string[],
  { labelBytes, title }: Version,
  classes: number,
): Promise<Omit<PixelPart, "part">> {
  const record = labelBytes + PIXELS;
  const counts = paths.map((path) => {
    const size = files.sizeOf(path);
    if (size > 0 && size % record === 0) return size / record;
    throw new DataError(
      `${pathIn(files, path)}: it has ${size} bytes. Expected a multiple of ${record}, the size of a record of ${title}. Download the file again.`,
    );
  });
  const labels = new Int32Array(counts.reduce((sum, count) => sum + count, 0));
  let index = 0;
  for (const [i, path] of paths.entries()) {
    const first = index;
    const end = first + (counts[i] as number);
    // The binary files are not compressed. A file that unpacks to another length is another file.
    const differs = (): DataError =>
      new DataError(`${pathIn(files, path)}: it is a gzip file. Expected the binary file. Unpack it.`);
    for await (const image of records(readStream(files, path), record)) {
      if (index === end) throw differs();
      labels[index++] = byteAt(image, labelBytes - 1);
    }
    if (index !== end) throw differs();
    checkLabels(pathIn(files, path), labels.subarray(first, index), classes, `the classes of ${title}`);
  }
  return {
    imageShape: SHAPE,
    labels,
    async *pixels() {
      for (const path of paths) {
        for await (const image of records(readStream(files, path), record)) yield image.subarray(labelBytes);
      }
    },
  };
}
