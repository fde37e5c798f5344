import { DataError } from "../error.ts";
import { inUnits } from "../text/units.ts";

/** Returns the error for images that find no room, and cannot be read from their files again. */
export const tooLarge = (source: string, { cache }: { readonly cache: string }, bytes: number): DataError =>
  new DataError(
    `${source}: its images take ${inUnits(bytes)}, for which neither the memory nor the disk of ${cache} has room.`,
    [
      { act: "free space on that disk" },
      { act: "set XDG_CACHE_HOME to a folder on a larger disk" },
      { act: "convert the data to a folder of images, which are read as they are needed" },
    ],
  );
