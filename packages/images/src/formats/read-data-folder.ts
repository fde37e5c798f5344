import { basename, relative } from "node:path";
import type { DataOptions } from "../data-set/options.ts";
import type { PartName } from "../data-set/parts.ts";
import { DataError } from "../error.ts";
import { readTree } from "../files/tree.ts";
import { listFirst } from "../text/lists.ts";
import { isCifarFolder, readCifarFolder } from "./cifar/read-cifar.ts";
import { type DataHome, homesIn } from "./data-files.ts";
import { chosenFolders } from "./folder/layout/chosen-layout.ts";
import { readFolder } from "./folder/read-folder.ts";
import type { RawData, ReadOptions } from "./format.ts";
import { isIdxFolder } from "./idx/idx-pairs.ts";
import { readIdxFolder } from "./idx/read-idx-folder.ts";

/**
 * Reads a folder of IDX or CIFAR files, in it or one level below, or of images by class.
 * @throws DataError for a folder that cannot be read as any of these
 */
export async function readDataFolder(folder: string, options: DataOptions, reading: ReadOptions): Promise<RawData> {
  // Only folders of images can be chosen.
  const chosen = Object.keys(chosenFolders(options)) as PartName[];
  if (chosen.length > 0) {
    if (!reading.known) return readFolder(folder, options, reading);
    throw new DataError(`${reading.known.title} has its own parts.`, [{ removeFolders: chosen }]);
  }
  const home = findHome(folder, options.skip);
  if (home && isIdxFolder(home.files)) return readIdxFolder(home.folder, home.files, reading);
  if (home && isCifarFolder(home.files)) return readCifarFolder(home.folder, home.files, reading);
  if (home) {
    throw new DataError(
      `${home.folder}: these are CIFAR's files for Python. Expected the binary version, such as data_batch_1.bin. Download that version, or use cifar10 or cifar100 as the data.`,
    );
  }
  if (reading.known) {
    const files = reading.known.from?.files.map(({ name, unpack }) => (unpack ? `those of ${name}` : name));
    throw new DataError(`${folder}: the files of ${reading.known.title} are missing. Expected ${files?.join(", ")}.`);
  }
  return readFolder(folder, options, reading);
}

/** Finds the folder with IDX or CIFAR files; null if there is none. */
function findHome(folder: string, skip: DataOptions["skip"]): DataHome | null {
  const { own, inner } = homesIn(folder);
  if (isIdxFolder(own.files) || isCifarFolder(own.files) || isPythonFolder(own.files)) return own;
  const homes = inner.filter(({ files }) => isIdxFolder(files) || isWholeCifar(files) || isPythonFolder(files));
  const [home] = homes;
  if (!home) return null;
  const names = homes.map((other) => `'${relative(folder, other.folder)}'`);
  if (homes.length > 1) {
    throw new DataError(
      `${folder}: its folders ${listFirst(names)} each have the files of a data set. Expected one data set. Use one of these folders as the data, such as ${home.folder}.`,
    );
  }
  if (readTree(folder, skip).count > 0) {
    throw new DataError(
      `${folder}: it has folders of images, and the files of a data set in ${names[0]}. Expected one of the two. Use ${home.folder} as the data, or move it elsewhere.`,
    );
  }
  return home;
}

/** True for a complete data set: a file train.bin alone may be anything. */
const isWholeCifar = (files: readonly string[]): boolean =>
  isCifarFolder(files) && files.some((file) => /^(?:data_batch_1|test)\.bin$/.test(basename(file)));

function isPythonFolder(files: readonly string[]): boolean {
  return files.includes("data_batch_1") || ["train", "test", "meta", "file.txt~"].every((name) => files.includes(name));
}
