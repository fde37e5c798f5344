import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DataError } from "../error.ts";
import { readFolder } from "../folder/read-folder.ts";
import type { DataOptions } from "../types.ts";
import { isCifarFolder, readCifarFolder } from "./cifar.ts";
import { isIdxFolder, readIdxFolder } from "./idx-folder.ts";
import type { RawData, ReadOptions } from "./raw-data.ts";

/** Folders in which archives and other tools leave the files. */
const INNER = ["cifar-10-batches-bin", "cifar-100-binary", "raw"];

/** Reads a folder: IDX files, CIFAR files, or images by class, told apart by looking. */
export async function readDataFolder(folder: string, options: DataOptions, reading: ReadOptions): Promise<RawData> {
  for (const home of [folder, ...INNER.map((name) => join(folder, name))]) {
    if (!statSync(home, { throwIfNoEntry: false })?.isDirectory()) continue;
    const files = readdirSync(home);
    if (isIdxFolder(files)) return readIdxFolder(home, files, reading);
    if (isCifarFolder(files)) return readCifarFolder(home, files, reading);
    if (files.includes("data_batch_1")) {
      throw new DataError(
        `${home}: these are CIFAR-10's files for Python: expected the binary version, data_batch_1.bin`,
      );
    }
  }
  if (reading.known) {
    const files = reading.known.from?.files.map(({ name, unpack }) => (unpack ? `those of ${name}` : name));
    throw new DataError(`${folder}: the files of ${reading.known.title} are not in it: expected ${files?.join(", ")}`);
  }
  return readFolder(folder, options, reading);
}
