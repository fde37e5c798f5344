import type { EncodedImages, Format } from "../format.ts";
import { chosenFolders } from "./layout/chosen-layout.ts";
import { scanFolder } from "./scan.ts";

/** Images in one folder per class. */
export const folderFormat: Format = {
  name: "folder",
  options: ["trainFolder", "validationFolder", "testFolder", "classLevel"],
  labelsImageFiles: true,
  async find(files, options) {
    const { classes, fold, folds, classLevel } = options;
    const scan = scanFolder(files, { chosen: chosenFolders(options), classes, fold, folds, classLevel });
    const load = async (): Promise<EncodedImages> => ({
      ...scan,
      folder: files.isOnDisk ? files.path : undefined,
      read: (index) => files.read((scan.images[index] as EncodedImages["images"][number]).path),
    });
    return [
      {
        format: "folder",
        home: "",
        description: scan.reading,
        reason: "Its images lie in folders that are named after classes.",
        choice: { dataFormat: "folder" },
        load,
      },
    ];
  },
};
