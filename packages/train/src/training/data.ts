import type { Model, Normalization } from "@downhill/graph";
import {
  type CheckedSource,
  checkSource,
  checkStream,
  type ImageSource,
  isStream,
  type Sampler,
  type StreamSource,
} from "@downhill/images";
import { checkObject } from "../check-arguments.ts";
import { TrainError } from "../error.ts";

/** Training images: a set that any index reads, or a stream of images. */
export type TrainingImages = ImageSource | StreamSource;

/** Data of a training: a data set, or sets and streams of any source. */
export interface TrainData {
  readonly train: TrainingImages;
  /** Images to evaluate on after epochs. */
  readonly validation?: ImageSource | null;
  /** Images to evaluate on if there is no validation part. */
  readonly test?: ImageSource | null;
  /** Normalization of bytes. Default: pixels from 0 to 1. Images of "float32" are not normalized. */
  readonly normalization?: Normalization;
}

type Described = Pick<CheckedSource, "imageShape" | "dtype">;

/** Returns the shape and the type of images. @throws DataError for invalid members */
export function describeImages(place: string, images: TrainingImages): Described {
  if (typeof images !== "object" || images === null || !isStream(images)) {
    if (
      typeof images === "object" &&
      images !== null &&
      (Symbol.asyncIterator in images || Symbol.iterator in images)
    ) {
      throw new TrainError(
        `${place}: an iterable, which ends after one epoch. Expected { imageShape, length, open }, whose open(epoch) returns it.`,
      );
    }
    return checkSource(place, images as ImageSource);
  }
  checkStream(place, images);
  return { imageShape: images.imageShape, dtype: images.dtype ?? "uint8" };
}

/**
 * Checks that all images fit the model and each other.
 * @throws DataError for invalid members of images
 * @throws TrainError for images of other shapes or types
 */
export function checkData({ train, validation, test, normalization }: TrainData, model: Model): void {
  const first = describeImages("data.train", train);
  const shape = `[${model.imageShape}]`;
  if (String(first.imageShape) !== String(model.imageShape)) {
    throw new TrainError(`data.train: images [${first.imageShape}]. Expected ${shape}, the input of ${model.name}.`);
  }
  if (first.dtype === "uint8" && first.imageShape.length !== 3) {
    throw new TrainError(
      `data.train: images of bytes [${first.imageShape}]. Expected [channels, height, width], or a Float32Array.`,
    );
  }
  if (first.dtype === "float32" && normalization !== undefined) {
    throw new TrainError(
      "data.normalization: images of float32 are not normalized. Remove it, or use images of bytes.",
    );
  }
  for (const [part, images] of Object.entries({ validation, test })) {
    if (images === undefined || images === null) continue;
    checkObject(`data.${part}`, images, "images of a data set or of imageSet");
    if (isStream(images)) {
      throw new TrainError(`data.${part}: a stream. Expected images that are read by index, such as an imageSet.`);
    }
    const { imageShape, dtype } = checkSource(`data.${part}`, images);
    if (String(imageShape) === String(first.imageShape) && dtype === first.dtype) continue;
    throw new TrainError(
      `data.${part}: ${dtype} images [${imageShape}]. Expected ${first.dtype} images ${shape}, as in data.train.`,
    );
  }
}

/** Returns the normalization of images of bytes; undefined for others. */
export function normalizationOf({ train, normalization }: TrainData): Normalization | undefined {
  if (train.dtype === "float32") return undefined;
  const channels = train.imageShape[0] as number;
  return normalization ?? { mean: new Array(channels).fill(0), std: new Array(channels).fill(1) };
}

/** Returns the number of images in an epoch. */
export const epochLength = (train: TrainingImages, sampler?: Sampler): number =>
  sampler && "length" in sampler ? (sampler.length ?? train.length) : train.length;
