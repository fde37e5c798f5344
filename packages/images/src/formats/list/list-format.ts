import { imagesBelow } from "../../files/tree.ts";
import type { Format } from "../format.ts";
import { ImageIndex } from "../table/image-index.ts";
import { findLists } from "./find-lists.ts";
import { loadLists } from "./load-lists.ts";

/** Lists that number the images and have their labels in further files, as CUB-200-2011 and NABirds have them. */
export const listFormat: Format = {
  name: "list",
  options: [],
  labelsImageFiles: true,
  async find(files, _, context) {
    return findLists(files).map((lists) => ({
      format: "list",
      home: lists.folder,
      description: `labels from ${lists.labels}${lists.split ? `, parts from ${lists.split}` : ""}`,
      reason: `${lists.images} and ${lists.labels} have one line per image.`,
      choice: { dataFormat: "list" },
      // The lists are of data sets whose folders are the classes too.
      dividesFolders: lists.split !== null,
      load: () => loadLists(files, lists, new ImageIndex([...imagesBelow(files.root)].sort()), context),
    }));
  },
};
