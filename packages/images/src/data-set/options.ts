import type { SampleOptions } from "../decode/sample-options.ts";
import type { FormatName } from "../formats/format-names.ts";
import type { Signal } from "./signal.ts";

/** Options of `openDataSet`. */
export interface DataOptions extends SampleOptions {
  /** The format that the data are read in, where they can be read in several. Default: the one that is recognized. */
  readonly dataFormat?: FormatName;
  /**
   * The share of the training images that becomes the validation part, from 0 to below 1. The split depends on the seed
   * and keeps the proportions of the classes. Default: 0 if the data have a test or validation part, else 0.2.
   */
  readonly validationShare?: number;
  /** The random seed of the split and of the limits; default 0. */
  readonly seed?: number;
  /**
   * The size to which images of a folder are resized, in pixels: [height, width], or one number for both. Default: chosen
   * from the sizes of the images.
   */
  readonly imageSize?: number | readonly [height: number, width: number];
  /** The number of channels of a folder's images. Default: 1 if all images are gray, else 3. */
  readonly channels?: 1 | 3;
  /**
   * Folders within the data whose subfolders are the classes of the training part; "." is the data's own folder. These
   * replace the folders that are recognized by name. Without a `trainFolder`, the remaining folders are read as usual.
   */
  readonly trainFolder?: string | readonly string[];
  /** Folders of the validation part, as for `trainFolder`. */
  readonly validationFolder?: string | readonly string[];
  /** Folders of the test part, as for `trainFolder`. */
  readonly testFolder?: string | readonly string[];
  /**
   * The fold that is the test part; the other folds are the training part. In folders of folds (`fold1`, `fold2`, ...) it is
   * the number in the folder's name, else a number from 1 to `folds`. The data's own test part is left out.
   */
  readonly fold?: number;
  /**
   * The number of folds of equal size into which the training images are divided by seed, with the classes in proportion.
   * For data with folders of folds it is "all", or the number of these folders. It needs a `fold`.
   */
  readonly folds?: number | "all";
  /**
   * The level of the folders of classes below the folder of their part: with 2, `animal/dog/1.jpg` has the class `dog`.
   * Folders of the same name in different folders are classes named by their paths. Default: 1.
   */
  readonly classLevel?: number;
  /**
   * A table with the labels of the images, or several for the parts: the path of a CSV, TSV, JSON, JSON Lines or text file
   * within the data, or else on the disk. Default: found by its contents where the folders have no labels.
   */
  readonly labels?: string | readonly string[];
  /**
   * The column of the table with the labels, by its name, or by its number from 1 in a table without names; or the columns
   * of the classes, of which one is 1 in each row. Default: recognized by name and contents.
   */
  readonly labelColumn?: string | readonly string[];
  /** The column of the table with the paths or names of the images. Default: the one that names most images. */
  readonly imageColumn?: string;
  /** The column of the table with the part of each image, such as `train` and `test`. Default: recognized by its values. */
  readonly splitColumn?: string;
  /**
   * A regular expression that finds the label in the name of each image: its group named `label`, or else its first group.
   * A pattern with a slash, or one that fits no name, applies to the paths within the data.
   */
  readonly labelPattern?: string;
  /**
   * The classes that labels refer to, in label order, such as those of a trained model. Some of them may be absent from
   * the data, but the data may contain no others. Names are compared after Unicode normalization. Default: the data's own.
   */
  readonly classes?: readonly string[];
  /** Folders within the data that are ignored, such as the folder of the run to come. */
  readonly skip?: readonly string[];
  /** The folder for decoded images. Default: `decoded` in the user's cache folder (`cacheFolder()`). */
  readonly cache?: string;
  /** The maximum number of training images, chosen by seed with the classes in proportion. Default: all. */
  readonly trainLimit?: number;
  /** The maximum number of test images, chosen like the training images. Default: all. */
  readonly testLimit?: number;
  /** The maximum number of bytes of decoded images in memory; larger sets are read from the cache file. Default: 1 GiB. */
  readonly memoryLimit?: number;
  /** Ends the opening when it is aborted: the promise fails with the signal's reason. */
  readonly signal?: Signal;
}
