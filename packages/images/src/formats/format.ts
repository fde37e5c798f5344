import type { ImageShape } from "@downhill/optim/image";
import type { DataOptions } from "../data-set/options.ts";
import type { PartName } from "../data-set/parts.ts";
import type { OnProgress } from "../data-set/progress.ts";
import { DataError } from "../error.ts";
import type { Files } from "../files/files.ts";
import type { BuiltIn } from "../names/built-in.ts";
import type { PoolPlace } from "../pool/pool-writer.ts";
import type { FormatName } from "./format-names.ts";

/** A format that data come in. It recognizes its files, and reads them as labeled images. */
export interface Format {
  readonly name: FormatName;
  /** The options that only this format has. Any of them chooses the format. */
  readonly options: readonly (keyof DataOptions)[];
  /** True if the format labels image files. False if it has files of its own, such as arrays of pixels. */
  readonly labelsImageFiles: boolean;
  /**
   * Returns the readings of the files in this format; none if they are not of this format.
   * @throws DataError for files that are of this format, but cannot be read in it, or in two ways
   */
  find(files: Files, options: DataOptions, context: ReadContext): Promise<readonly Reading[]>;
}

/** A reading of files in a format: which of them are images, and where their labels are. */
export interface Reading {
  readonly format: FormatName;
  /** The folder of its files within the data; "" for the data's own folder. */
  readonly home: string;
  /** The reading in words: "one folder per class", "train part from train, test part from test". */
  readonly description: string;
  /** The facts by which the reading was recognized, as a sentence. */
  readonly reason: string;
  /** The options that choose this reading among others. */
  readonly choice: DataOptions;
  /** True if it has the labels of the folders, and divides the images into parts as the folders do not. It precedes them. */
  readonly dividesFolders?: boolean;
  /** Reads the labels, and returns the images. @throws DataError for files with other contents */
  load(): Promise<Images>;
}

/** The error for labels that contradict each other, such as those of folders and a table: no reading is chosen. */
export class ContradictingLabels extends DataError {}

/** The images of a reading: files to decode, or pixels. */
export type Images = EncodedImages | PixelImages;

/** The facts about images that are in the report. */
interface ImageFacts {
  readonly classNames: readonly string[];
  /** The number of files per ending that are not images by name. */
  readonly ignored?: ReadonlyMap<string, number>;
  /** Findings, as sentences. */
  readonly findings?: readonly string[];
  /** True if the test part is the fold that the options choose; default false. */
  readonly isFold?: boolean;
}

/** Images in files such as JPEG, of any size. */
export interface EncodedImages extends ImageFacts {
  /** The images, sorted by part. */
  readonly images: readonly LabeledImage[];
  /** The folder on the disk in which the images' paths lie, from which they can be read later. */
  readonly folder?: string | undefined;
  /** Reads the bytes of the image file at an index of `images`. */
  read(index: number): Promise<Uint8Array>;
  /** Removes the unpacked files, if there are any. */
  close?(): void;
}

/** An image file and its label. */
export interface LabeledImage {
  readonly part: PartName;
  readonly className: string;
  /** The path within the data, or another name. */
  readonly path: string;
}

/** Images of one shape, as pixels. */
export interface PixelImages extends ImageFacts {
  readonly parts: readonly PixelPart[];
}

/** The pixels of a part. */
export interface PixelPart {
  readonly part: PartName;
  readonly imageShape: ImageShape;
  /** The label of each image. */
  readonly labels: Int32Array;
  /** Reads the images' bytes in order, [images, channels, height, width], in pieces of any length. A piece is valid until the next one. */
  pixels(): AsyncIterable<Uint8Array>;
}

/** The circumstances in which data are read. */
export interface ReadContext {
  /** The built-in data set that is read; null for other data. */
  readonly known: BuiltIn | null;
  /** True if fewer than two classes are allowed, because the classes of a trained model are given. */
  readonly anyClassCount: boolean;
  readonly place: PoolPlace;
  readonly onProgress: OnProgress;
  /** Ends the reading when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}
