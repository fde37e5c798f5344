import { dirname } from "node:path";
import { DataError } from "../../error.ts";
import { type Files, pathIn } from "../../files/files.ts";
import { readStream } from "../../files/read-stream.ts";
import { listFirst } from "../../text/lists.ts";
import { readClassFile } from "../class-file.ts";
import { containerFormat } from "../container-format.ts";
import { type FileGroup, fileGroups } from "../file-groups.ts";
import type { Reading } from "../format.ts";
import { type ArrayParts, arrayParts, type NamedArray } from "./array-parts.ts";
import { roleOf } from "./array-role.ts";
import { readNumpy } from "./read-numpy.ts";
import { openArray, type StoredArray } from "./stored-array.ts";
import { openNpz } from "./zip-sources.ts";

/** The maximum compression ratio of gzip. */
const LARGEST_RATIO = 1100;
/** The maximum number of `.npy` files that are opened although their names have no meaning. */
const MOST_UNNAMED = 2;

/** NumPy's files: `.npz` with images and labels, or `.npy` files beside each other. */
export const numpyFormat = containerFormat({
  name: "numpy",
  async find(files, _, context) {
    const readings: Reading[] = [];
    for (const group of fileGroups(files.root, (name) => /\.np[zy](?:\.gz)?$/i.test(name))) {
      const arrays = await open(files, group);
      const parts = arrayParts(pathIn(files, files.only ?? group.home), arrays);
      if (!parts) throw withoutImages(files, group, arrays);
      readings.push({
        format: "numpy",
        home: group.home,
        description: describe(files, parts),
        reason: "It has NumPy arrays that are named or shaped like images and labels.",
        choice: { dataFormat: "numpy" },
        load: async () => readNumpy(parts, await readClassFile(files, group.home), context),
      });
    }
    return readings;
  },
});

const describe = ({ path }: Files, { parts }: ArrayParts): string => {
  const within = (array: StoredArray): string => array.path.slice(path.length + 1);
  return `NumPy arrays: ${parts.map(({ part, images }) => `${part} part from ${listFirst(images.map(within))}`).join(", ")}`;
};

async function open(files: Files, { files: among }: FileGroup): Promise<readonly NamedArray[]> {
  const arrays: NamedArray[] = [];
  const plain = among.filter(({ file }) => !/\.npz$/i.test(file));
  for (const { file, part } of among) {
    if (/\.npz$/i.test(file)) {
      for (const source of await openNpz(files, file)) {
        // Objects beside the images and labels, such as a dictionary of settings, do no harm.
        const array = await openArray(source).catch((error) => {
          if (error instanceof DataError && roleOf(source.name) === null) return null;
          throw error;
        });
        if (array) arrays.push({ holder: file, name: source.name, part, array });
      }
      continue;
    }
    const name = (file.split("/").at(-1) as string).replace(/\.npy(?:\.gz)?$/i, "");
    if (roleOf(name) === null && plain.length > MOST_UNNAMED) continue;
    const packed = /\.gz$/i.test(file);
    const size = files.sizeOf(file);
    const source = {
      path: pathIn(files, file),
      size: packed ? null : size,
      most: packed ? size * LARGEST_RATIO : size,
      open: () => readStream(files, file),
    };
    arrays.push({ holder: dirname(file), name, part, array: await openArray(source) });
  }
  return arrays;
}

function withoutImages(files: Files, { home, files: among }: FileGroup, arrays: readonly NamedArray[]): DataError {
  const inWords = arrays.map(({ name, array }) => `${name} (${array.shape.join("x")} ${array.type.name})`);
  const listed = listFirst(inWords.length > 0 ? inWords : among.map(({ file }) => file));
  const single = files.only?.endsWith(".npy")
    ? " Use the folder with both files as the data."
    : " Name the arrays so, or export each image as a PNG file in the folder of its class.";
  return new DataError(
    `${pathIn(files, files.only ?? home)}: its arrays are no images with labels: ${listed}. Expected names such as x_train and y_train, train_images and train_labels, or images and labels.${single}`,
  );
}
