import type { PartName } from "../data-set/parts.ts";
import type { Duplicate } from "./duplicates.ts";

/** An image that cannot be used and belongs to no part. */
export interface Failure {
  /** The path within the data's folder. */
  readonly path: string;
  readonly reason: string;
}

/** The images of a part that consist of a single color. */
export interface PlainImages {
  readonly part: PartName;
  readonly names: readonly string[];
}

/** The number of images per class in a part. */
export interface PartCounts {
  readonly part: PartName;
  readonly total: number;
  /** The count of each label. */
  readonly perClass: readonly number[];
}

/** Facts about a data set, from which findings result. */
export interface Facts {
  readonly classNames: readonly string[];
  readonly counts: readonly PartCounts[];
  readonly duplicates: readonly Duplicate[];
  readonly plain: readonly PlainImages[];
  readonly failures: readonly Failure[];
  /** The number of files per ending that are not images by name. */
  readonly ignored: ReadonlyMap<string, number>;
}
