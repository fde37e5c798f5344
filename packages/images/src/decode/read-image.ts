import type { ImageShape } from "@downhill/optim/image";
import { DataError } from "../error.ts";
import { type ImageFile, imageFile } from "../files/image-file.ts";
import { decodeToShape } from "./decode-image.ts";
import type { SampleOptions } from "./sample-options.ts";
import { UnusableImage } from "./unusable-image.ts";

/**
 * Reads one image file and resizes it to a shape, exactly as for folders of images.
 * @param file a path, or a file of `openImageFiles`
 * @param options the selection of bands and values, as for `openDataSet`; default none
 * @returns bytes [channels, height, width]
 * @throws DataError if the file cannot be read or is not an image
 * @example const pixels = await readImage("cat.jpg", [3, 32, 32]);
 */
export async function readImage(
  file: string | ImageFile,
  imageShape: ImageShape,
  options: SampleOptions = {},
): Promise<Uint8Array> {
  const { name, read } = typeof file === "string" ? imageFile(file) : file;
  const bytes = await read();
  try {
    return await decodeToShape(bytes, imageShape, options);
  } catch (error) {
    throw error instanceof UnusableImage ? new DataError(`${name}: ${error.message}`) : error;
  }
}
