import type { DataOptions } from "../../data-set/options.ts";
import type { Files } from "../../files/files.ts";
import { type Branch, walk } from "../../files/tree.ts";
import type { EncodedImages, Format, Reading } from "../format.ts";
import { checkTables } from "./check-tables.ts";
import { chosenFolders } from "./layout/chosen-layout.ts";
import { type Scan, scanFolder } from "./scan.ts";

/** Images in one folder per class. */
export const folderFormat: Format = {
  name: "folder",
  options: ["trainFolder", "validationFolder", "testFolder", "classLevel"],
  labelsImageFiles: true,
  async find(files, options) {
    const { classes, fold, folds, classLevel } = options;
    const scanAt = (level: number | undefined): Scan =>
      scanFolder(files, { chosen: chosenFolders(options), classes, fold, folds, classLevel: level });
    const readingOf = (description: string, choice: DataOptions, scan: () => Scan): Reading => ({
      format: "folder",
      home: "",
      description,
      reason: "Its images lie in folders that are named after classes.",
      choice,
      async load(): Promise<EncodedImages> {
        const found = scan();
        return {
          ...found,
          folder: files.isOnDisk ? files.path : undefined,
          read: (index) => files.read((found.images[index] as EncodedImages["images"][number]).path),
        };
      },
    });
    const scan = scanAt(classLevel);
    const isChosen = options.dataFormat === "folder" || Object.keys(chosenFolders(options)).length > 0;
    if (!isChosen) await checkAgainstTables(files, scan);
    return [
      readingOf(scan.reading, { dataFormat: "folder" }, () => scan),
      ...scan.deeper.map(({ level, folders }) =>
        readingOf(`${folders} classes at class level ${level}`, { classLevel: level }, () => scanAt(level)),
      ),
    ];
  },
};

/** Refuses folders that a table beside or above them contradicts. */
export function checkAgainstTables(files: Files, { homes, images }: Scan): Promise<void> {
  const training = (homes.get("train") ?? [files.root]).map(({ path }) => path || ".");
  return checkTables(files, foldersAbove(files.root, [...homes.values()].flat()), training, images);
}

/** Returns the folders of parts and the folders around them. */
const foldersAbove = (root: Branch, homes: readonly Branch[]): readonly Branch[] =>
  [...walk(root)].filter(({ path }) => homes.some((home) => path === "" || `${home.path}/`.startsWith(`${path}/`)));
