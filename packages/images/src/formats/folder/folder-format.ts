import type { DataOptions } from "../../data-set/options.ts";
import type { EncodedImages, Format, Reading } from "../format.ts";
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
    return [
      readingOf(scan.reading, { dataFormat: "folder" }, () => scan),
      ...scan.deeper.map(({ level, folders }) =>
        readingOf(`${folders} classes at class level ${level}`, { classLevel: level }, () => scanAt(level)),
      ),
    ];
  },
};
