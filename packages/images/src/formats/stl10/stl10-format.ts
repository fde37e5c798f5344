import { basename } from "node:path";
import type { ImageShape } from "@downhill/optim/image";
import { byteAt } from "../../bytes.ts";
import { DataError } from "../../error.ts";
import { type Files, pathIn } from "../../files/files.ts";
import { readStream } from "../../files/read-stream.ts";
import { checkClassCount } from "../check-labels.ts";
import { readClassFile } from "../class-file.ts";
import type { Format, PixelImages, PixelPart, ReadContext } from "../format.ts";
import { fileIn, type Home, homesIn } from "../homes.ts";
import { type NumberedClasses, numberClasses } from "../numbered-classes.ts";

const SIDE = 96;
const SHAPE: ImageShape = [3, SIDE, SIDE];
const SIZE = 3 * SIDE * SIDE;
/** The maximum number of labels of a part. The original data set has at most 8000. */
const MOST_LABELS = 10 ** 6;

/** The binary files of STL-10, which https://cs.stanford.edu/~acoates/stl10/ describes. */
export const stl10Format: Format = {
  name: "stl10",
  options: [],
  labelsImageFiles: false,
  find: async (files, _, context) =>
    homesIn(files.root, isName)
      .filter((home) => fileOf(home, "train_X") !== undefined && fileOf(home, "train_y") !== undefined)
      .map((home) => ({
        format: "stl10",
        home: home.path,
        description: "STL-10's binary files",
        reason: "It has files that are named like those of STL-10.",
        choice: { dataFormat: "stl10" },
        load: () => readStl10(files, home, context),
      })),
};

const isName = (name: string): boolean => /^(?:train|test|unlabeled)_[Xy]\.bin(?:\.gz)?$/.test(name);

const fileOf = (home: Home, name: string): string | undefined => {
  const found = home.files.find((file) => [`${name}.bin`, `${name}.bin.gz`].includes(basename(file)));
  return found === undefined ? undefined : fileIn(home, found);
};

async function readStl10(files: Files, home: Home, { anyClassCount }: ReadContext): Promise<PixelImages> {
  const parts: {
    readonly part: PixelPart["part"];
    readonly images: string;
    readonly path: string;
    readonly values: Uint8Array;
  }[] = [];
  for (const part of ["train", "test"] as const) {
    const [images, labels] = [fileOf(home, `${part}_X`), fileOf(home, `${part}_y`)];
    if (!images) continue;
    const path = pathIn(files, labels ?? fileIn(home, `${part}_y.bin`));
    if (!labels) throw new DataError(`${path}: the file is missing. Expected the labels of ${pathIn(files, images)}.`);
    parts.push({ part, images, path, values: await labelsOf(files, labels) });
  }
  const classes: NumberedClasses = numberClasses(parts, await readClassFile(files, home.path));
  if (!anyClassCount) checkClassCount(pathIn(files, home.path), classes.classNames.length);
  const unlabeled = fileOf(home, "unlabeled_X");
  return {
    classNames: classes.classNames,
    findings: unlabeled ? [`The images of ${unlabeled} have no labels and are not read.`] : [],
    parts: parts.map(({ part, images, path, values }, i) => ({
      part,
      imageShape: SHAPE,
      labels: classes.labels[i] as Int32Array,
      pixels: () => pixelsOf(files, images, path, values.length),
    })),
  };
}

async function labelsOf(files: Files, file: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let count = 0;
  for await (const piece of readStream(files, file)) {
    count += piece.length;
    if (count > MOST_LABELS) break;
    pieces.push(new Uint8Array(piece));
  }
  if (count > 0 && count <= MOST_LABELS) return Buffer.concat(pieces);
  throw new DataError(
    `${pathIn(files, file)}: it has ${count === 0 ? "0 bytes" : `more than ${MOST_LABELS} bytes`}. Expected one byte per label. Download the file again.`,
  );
}

/** Reads the images. Their planes are stored column by column. */
async function* pixelsOf(files: Files, file: string, labels: string, count: number): AsyncGenerator<Uint8Array> {
  const image = new Uint8Array(SIZE);
  const differs = (found: string): DataError =>
    new DataError(
      `${pathIn(files, file)}: it has ${found}, but ${labels} has ${count} labels. Expected ${SIZE} bytes per image. Download both files again.`,
    );
  let [at, done] = [0, 0];
  for await (const piece of readStream(files, file)) {
    for (let i = 0; i < piece.length; i++) {
      if (done === count) throw differs("more images");
      const [plane, place] = [Math.floor(at / (SIDE * SIDE)), at % (SIDE * SIDE)];
      image[plane * SIDE * SIDE + (place % SIDE) * SIDE + Math.floor(place / SIDE)] = byteAt(piece, i);
      if (++at < SIZE) continue;
      yield image;
      [at, done] = [0, done + 1];
    }
  }
  if (at > 0 || done < count) throw differs(`${done * SIZE + at} bytes`);
}
