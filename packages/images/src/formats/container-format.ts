import { DataError } from "../error.ts";
import type { Format, Reading } from "./format.ts";

/**
 * Defines a format whose files contain many images. If there are image files besides, such files may be anything, for
 * example features: then those without images and labels are ignored, unless the option `dataFormat` chooses the format.
 */
export const containerFormat = ({
  name,
  options = [],
  find,
}: Pick<Format, "name" | "find"> & Partial<Pick<Format, "options">>): Format => ({
  name,
  options,
  labelsImageFiles: false,
  async find(files, options, context): Promise<readonly Reading[]> {
    if (context.known) return [];
    try {
      return await find(files, options, context);
    } catch (error) {
      if (error instanceof DataError && options.dataFormat !== name && files.root.tree.count > 0) return [];
      throw error;
    }
  },
});
