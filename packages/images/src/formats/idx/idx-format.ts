import type { Format } from "../format.ts";
import { checkWholeFolder, homesIn } from "../homes.ts";
import { isIdxHome, isIdxName } from "./idx-pairs.ts";
import { readIdxFolder } from "./read-idx-folder.ts";

/** The files of MNIST and of data sets in its format. */
export const idxFormat: Format = {
  name: "idx",
  options: [],
  labelsImageFiles: false,
  async find(files, _, context) {
    checkWholeFolder(files, isIdxName);
    return homesIn(files.root, isIdxName)
      .filter(isIdxHome)
      .map((home) => ({
        format: "idx",
        home: home.path,
        description: "IDX files",
        reason: "It has files that are named like those of MNIST.",
        choice: { dataFormat: "idx" },
        load: () => readIdxFolder(files, home, context),
      }));
  },
};
