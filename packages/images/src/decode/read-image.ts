import type { ImageShape } from "@downhill/optim/image";
import { DataError } from "../error.ts";
import { readRegularFile } from "../files/read-regular-file.ts";
import { readPicture } from "./decode-image.ts";
import { ImageProblem } from "./unusable-image.ts";

/**
 * Reads one image file, brought to a shape exactly as those of folders are.
 * @returns bytes [channels, height, width]
 * @throws DataError where it cannot be read, or is no image
 * @example const pixels = await readImage("cat.jpg", [3, 32, 32]);
 */
export async function readImage(file: string, imageShape: ImageShape): Promise<Uint8Array> {
  const bytes = await readRegularFile(file);
  try {
    return await readPicture(bytes, imageShape);
  } catch (error) {
    throw error instanceof ImageProblem ? new DataError(`${file}: ${error.message}`) : error;
  }
}
