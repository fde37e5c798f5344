import type { ImageShape, Normalization } from "@downhill/optim/image";
import type { FormatName } from "../formats/format-names.ts";
import type { ImageSet } from "../image-set/image-set.ts";
import type { DataReport } from "../report/report.ts";
import type { DataOptions } from "./options.ts";

/** Labeled images in up to three parts. */
export interface DataSet {
  /** The name of a built-in data set, such as "fashion-mnist", or the folder's name. */
  readonly name: string;
  /** The source that was opened: the name of a built-in data set, or the absolute path of a folder. */
  readonly source: string;
  readonly kind: FormatName;
  /** A description of how the files were read: "one folder per class", "train part from train, test part from test". */
  readonly reading: string;
  /** The facts by which that reading was recognized, as a sentence. */
  readonly reason: string;
  /** The other readings that are possible, with the options that choose them. */
  readonly otherReadings: readonly { readonly reading: string; readonly options: DataOptions }[];
  readonly imageShape: ImageShape;
  readonly classNames: readonly string[];
  readonly train: ImageSet;
  /** The validation part: split off from the training images, or supplied with the data. */
  readonly validation: ImageSet | null;
  /** The test part, if the data have one. */
  readonly test: ImageSet | null;
  /** The statistics of the training part, for pixels from 0 to 1; no standard deviation is below 1/255. */
  readonly normalization: Normalization;
  /** SHA-256 of all images' bytes, their order and parts, their labels and the class names. */
  readonly fingerprint: string;
  readonly report: DataReport;
}
