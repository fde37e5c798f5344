import type { ImageShape } from "@downhill/optim/image";
import { records } from "../files/records.ts";
import type { EncodedImages, PixelImages } from "../formats/format.ts";
import type { FormatName } from "../formats/format-names.ts";
import { sizeOf } from "../image-set/shape.ts";
import { chooseInArchives } from "../reading/choose-in-archives.ts";
import { openSource } from "./open-source.ts";
import type { DataOptions } from "./options.ts";
import type { PartName } from "./parts.ts";
import type { OnProgress } from "./progress.ts";

/** An image of a stream, with its label. */
export interface StreamedImage {
  readonly part: PartName;
  readonly className: string;
  /** The index of the class in `ImageStream.classNames`. */
  readonly label: number;
  /** The path within the data, or the part and a number: "train 123". */
  readonly name: string;
  /** The bytes of an image file, such as JPEG, or pixels as [channels, height, width]. */
  readonly content:
    | { readonly kind: "file"; readonly bytes: Uint8Array }
    | { readonly kind: "pixels"; readonly pixels: Uint8Array; readonly imageShape: ImageShape };
}

/** The images of a data set one after another. It can be iterated once. */
export interface ImageStream extends AsyncIterable<StreamedImage> {
  readonly format: FormatName;
  /** A description of how the files are read: see `DataSet.reading`. */
  readonly reading: string;
  readonly classNames: readonly string[];
  /** The number of images in all parts. */
  readonly length: number;
  /** Closes the files. The end of an iteration closes them, too. */
  close(): Promise<void>;
}

/**
 * Recognizes a data set as `openDataSet` does, and returns its images in their files' own sizes, one at a time, without
 * decoding or caching them. The options that split, limit or resize images have no effect.
 * @throws DataError for data that cannot be read; the iteration throws it for an image that cannot be read
 * @example
 * for await (const { part, className, content } of await streamImages("photos.zip")) console.log(part, className, content.kind);
 */
export async function streamImages(
  source: string,
  options: DataOptions = {},
  onProgress: OnProgress = () => {},
): Promise<ImageStream> {
  const { files, context } = await openSource(source, options, onProgress);
  let open = files;
  try {
    const { reading, files: chosen } = await chooseInArchives(files, options, context);
    open = chosen;
    const images = await reading.load();
    const isEncoded = "images" in images;
    const close = async (): Promise<void> => {
      if (isEncoded) images.close?.();
      await open.close();
    };
    const iterate = isEncoded ? fromFiles(images) : fromPixels(images);
    const { signal } = options;
    return {
      format: reading.format,
      reading: reading.description,
      classNames: images.classNames,
      length: isEncoded ? images.images.length : images.parts.reduce((sum, { labels }) => sum + labels.length, 0),
      close,
      async *[Symbol.asyncIterator]() {
        try {
          for await (const image of iterate) {
            signal?.throwIfAborted();
            yield image;
          }
        } finally {
          await close();
        }
      },
    };
  } catch (error) {
    await open.close();
    throw error;
  }
}

async function* fromFiles({ images, classNames, read }: EncodedImages): AsyncGenerator<StreamedImage> {
  const labels = new Map(classNames.map((name, label) => [name, label]));
  for (const [index, image] of images.entries()) {
    const { part, className, path: name } = image;
    const bytes = await read(index);
    yield { part, className, label: labels.get(className) as number, name, content: { kind: "file", bytes } };
  }
}

/** Cuts the pixels of each part into images. */
async function* fromPixels({ parts, classNames }: PixelImages): AsyncGenerator<StreamedImage> {
  for (const { part, imageShape, labels, pixels } of parts) {
    let index = 0;
    for await (const image of records(pixels(), sizeOf(imageShape))) {
      const label = labels[index] as number;
      const content = { kind: "pixels", pixels: image.slice(), imageShape } as const;
      yield { part, className: classNames[label] as string, label, name: `${part} ${index}`, content };
      index++;
    }
  }
}
