import { DataError } from "../error.ts";
import { type Files, pathIn } from "../files/files.ts";
import { type Branch, childrenOf, filesIn, pathWithin } from "../files/tree.ts";

/** A folder that may hold the files of a data set. */
export interface Home {
  /** Its path within the data; "" for the data's own folder. */
  readonly path: string;
  /** The files in it, and those in its subfolders that are named like such files, as sorted paths within it. */
  readonly files: readonly string[];
}

/**
 * Returns the data's folder, then its subfolders and their folders `raw`, where archives and other tools put files.
 * @param isFileName true for the name of a file of the format: some archives contain folders with these names around them
 */
export function homesIn(root: Branch, isFileName: (name: string) => boolean = () => false): readonly Home[] {
  const inner = childrenOf(root).flatMap((child) => [child, ...childrenOf(child).filter(({ name }) => name === "raw")]);
  return [root, ...inner].map((branch) => {
    const nested = childrenOf(branch).filter(({ name }) => isFileName(name));
    const files = [branch, ...nested].flatMap(filesIn);
    return { path: branch.path, files: files.map((file) => within(branch.path, file)).sort() };
  });
}

const within = (home: string, file: string): string => (home === "" ? file : file.slice(home.length + 1));

/** Refuses a single file of a data set that has several. @throws DataError with the folder to use */
export function checkWholeFolder(files: Files, isFileName: (name: string) => boolean): void {
  if (files.only === undefined || !isFileName(files.only)) return;
  throw new DataError(
    `${pathIn(files, files.only)}: this is one of the files of a data set. Expected the folder that contains them. Use ${files.path} as the data.`,
  );
}

/** Returns the path within the data of a file in a home. */
export const fileIn = (home: Pick<Home, "path">, file: string): string => pathWithin(home, file);
