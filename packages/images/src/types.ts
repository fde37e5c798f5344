import type { ImageSetHandle } from "./image-set.ts";
import type { DataReport } from "./report/report.ts";

/** Of one image. */
export type ImageShape = readonly [channels: number, height: number, width: number];

/** The parts that a data set may have. */
export type PartName = "train" | "validation" | "test";

/** One part of a data set. */
export interface ImageSet {
  readonly imageShape: ImageShape;
  readonly classNames: readonly string[];
  /** How many images. */
  readonly length: number;
  /** The class of each image, from 0. */
  readonly labels: Int32Array;
  /**
   * Copies an image's bytes, [channels, height, width], from memory or a cache file.
   * @param index from 0
   * @param into where the copy goes, from `offset` (default 0) on
   */
  read(index: number, into: Uint8Array, offset?: number): void;
  /** What a person calls the image: its file's path within the folder, or "train 123". */
  nameOf(index: number): string;
  /** Plain data from which a worker thread opens the same set again: `openImageSet(handle)`. */
  readonly handle: ImageSetHandle;
}

/** How pixels of 0..1 are normalised: (pixel - mean) / std, by channel. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Labelled images, in parts. */
export interface DataSet {
  /** Such as "fashion-mnist", or the folder's name. */
  readonly name: string;
  /** What was asked for, made absolute where it is a folder. */
  readonly source: string;
  readonly kind: "idx" | "cifar" | "folder";
  /** How the files were read, in words: "one folder per class", "train part from train, test part from test". */
  readonly reading: string;
  readonly imageShape: ImageShape;
  readonly classNames: readonly string[];
  readonly train: ImageSet;
  /** Split off from the training images, or a part of the data's own. */
  readonly validation: ImageSet | null;
  /** A part that came with the data. */
  readonly test: ImageSet | null;
  /** Measured on the training part, in pixels of 0..1; no deviation is below 1/255. */
  readonly normalization: Normalization;
  /** SHA-256 over all images' bytes, their order and parts, labels and class names. */
  readonly fingerprint: string;
  readonly report: DataReport;
}

export interface DataOptions {
  /**
   * The share of the training images that is split off for validation, seeded, with every class in proportion. Default: 0
   * where a test or validation part came with the data, else 0.2.
   */
  readonly validationShare?: number;
  /** Of the split, and of the choice that limits make; default 0. */
  readonly seed?: number;
  /** What images of a folder are resized to: [height, width], or one number for both. Default: by looking at them. */
  readonly imageSize?: number | readonly [height: number, width: number];
  /** Of a folder's images. Default: 1 where all are grey, else 3. */
  readonly channels?: 1 | 3;
  /**
   * Folders within a folder of images whose subfolders are the classes of a part, instead of those that their names tell;
   * "." is the folder itself. Without a `trainFolder`, the other folders are read as usual.
   */
  readonly trainFolder?: string | readonly string[];
  /** The same for the validation part. */
  readonly validationFolder?: string | readonly string[];
  /** The same for the test part. */
  readonly testFolder?: string | readonly string[];
  /**
   * The classes that labels refer to, such as those of a trained model, in the order of their labels. The data may lack
   * some of them, and has no others; names are compared after Unicode normalization. Default: those of the data.
   */
  readonly classes?: readonly string[];
  /** Folders within the data that are not read, such as that of the run to come. */
  readonly skip?: readonly string[];
  /** The folder for decoded images. Default: `decoded` in the user's cache folder (`cacheFolder()`). */
  readonly cache?: string;
  /** Use at most so many training images, chosen by seed with every class in proportion. */
  readonly trainLimit?: number;
  /** The same of the test part. */
  readonly testLimit?: number;
  /** Bytes of decoded images that are kept in memory; larger sets are read from the cache file. Default: 1 GiB. */
  readonly memoryLimit?: number;
}

/** How far opening a data set has come. */
export interface DataProgress {
  /** Such as "decoding images". */
  readonly what: string;
  readonly done: number;
  readonly total: number;
}

export type OnProgress = (progress: DataProgress) => void;

/** Some images with their classes, to train on. */
export interface Batch {
  /** [count, ...imageShape] */
  readonly images: Uint8Array;
  readonly labels: Int32Array;
  /** With mixup or cutmix: the label that each image was mixed with, and the share (0..1) that is its own. */
  readonly mix?: { readonly labels: Int32Array; readonly share: Float32Array };
}
