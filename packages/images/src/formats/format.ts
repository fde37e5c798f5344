import type { DataSet } from "../data-set/data-set.ts";
import type { PartName } from "../data-set/parts.ts";
import type { OnProgress } from "../data-set/progress.ts";
import type { ImageSetHandle } from "../image-set/image-set.ts";
import type { BuiltIn } from "../names/built-in.ts";
import type { PoolPlace } from "../pool/pool-writer.ts";
import type { Failure } from "../report/facts.ts";

/** The data as a format's reader returns them, before any split. */
export interface RawData {
  readonly kind: DataSet["kind"];
  /** A description of how the files are read: see `DataSet.reading`. */
  readonly reading: string;
  readonly parts: Readonly<Partial<Record<PartName, ImageSetHandle>>>;
  readonly failures: readonly Failure[];
  /** The number of files per ending that are not images by name. */
  readonly ignored: ReadonlyMap<string, number>;
  /** Further findings, as sentences. */
  readonly findings: readonly string[];
  /** Notes on the processing of the images, as sentences. */
  readonly about: readonly string[];
}

/** Options of a format's reader. */
export interface ReadOptions {
  /** The built-in data set that is read; null for a folder. */
  readonly known: BuiltIn | null;
  /** True if fewer than two classes are allowed, because the classes of a trained model are given. */
  readonly anyClassCount: boolean;
  readonly place: PoolPlace;
  readonly onProgress: OnProgress;
}
