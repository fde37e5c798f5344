import type { DataSet } from "../data-set/data-set.ts";
import type { PartName } from "../data-set/parts.ts";
import type { OnProgress } from "../data-set/progress.ts";
import type { ImageSetHandle } from "../image-set/image-set.ts";
import type { BuiltIn } from "../names/built-in.ts";
import type { PoolPlace } from "../pool/pool-writer.ts";
import type { Failure } from "../report/facts.ts";

/** What a format's reader found, before anything is split off. */
export interface RawData {
  readonly kind: DataSet["kind"];
  /** How the files are read, in words: see `DataSet.reading`. */
  readonly reading: string;
  readonly parts: Readonly<Partial<Record<PartName, ImageSetHandle>>>;
  readonly failures: readonly Failure[];
  /** Files that are no images by their names: how many of each ending. */
  readonly ignored: ReadonlyMap<string, number>;
  /** Sentences on what else is odd. */
  readonly findings: readonly string[];
  /** Sentences on what was done with the images. */
  readonly about: readonly string[];
}

export interface ReadOptions {
  /** Where the data set is one that is known by name. */
  readonly known: BuiltIn | null;
  /** Whether less than two classes will do: where the classes of a trained model are expected. */
  readonly anyClassCount: boolean;
  readonly place: PoolPlace;
  readonly onProgress: OnProgress;
}
