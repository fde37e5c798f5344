import { resolve } from "node:path";
import { DataError } from "../error.ts";
import { mountArchives } from "../files/archive/mount-archives.ts";
import { openFiles } from "../files/open-files.ts";
import { chosenFolders } from "../formats/folder/layout/chosen-layout.ts";
import { foldNumbers } from "../formats/folder/layout/fold-layout.ts";
import { findData } from "../names/find.ts";
import { checkValues, decodedFolder, MEMORY_LIMIT } from "./check-options.ts";
import type { DataOptions } from "./options.ts";
import type { OnProgress } from "./progress.ts";

/**
 * Lists the folds of a data set for a cross-validation: the numbers of its folders of folds, or 1 to `folds`.
 * @param options those of the data set, with `folds` and without a `fold`
 * @throws DataError if the data have another number of folders of folds, or none and `folds` is "all"
 * @example for (const fold of await listFolds("photos", { folds: 5 })) await openDataSet("photos", { folds: 5, fold });
 */
export async function listFolds(
  source: string,
  options: DataOptions,
  onProgress: OnProgress = () => {},
): Promise<readonly number[]> {
  checkValues(options);
  const { folds, skip, signal, dataFormat = "folder", cache = decodedFolder(), memoryLimit = MEMORY_LIMIT } = options;
  const { path } = await findData(source, onProgress);
  const place = { cache: resolve(cache), memoryLimit, note: () => {} };
  const context = { skip, place, onProgress, signal };
  const given = await openFiles(path, context);
  // Images that are divided by number are not unpacked for it.
  const files = (folds === "all" ? await mountArchives(given, context) : null) ?? given;
  try {
    const isDivided = dataFormat !== "folder" || Object.keys(chosenFolders(options)).length > 0;
    const numbers = isDivided ? null : foldNumbers(files.path, files.root, folds);
    if (numbers) return numbers;
  } finally {
    await files.close();
  }
  if (typeof folds === "number") return Array.from({ length: folds }, (_, i) => i + 1);
  throw new DataError(
    `${source}: the data have no folders of folds, such as fold1 and fold2. Expected the number of folds to divide the images into.`,
    [{ options: { folds: 5 }, purpose: "divide them into 5 folds" }],
  );
}
