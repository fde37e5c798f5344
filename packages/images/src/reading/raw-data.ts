import type { PartName } from "../data-set/parts.ts";
import type { ImageSetHandle } from "../image-set/image-set.ts";
import type { Failure } from "../report/facts.ts";

/** The images of a data set in memory or in the cache, before any split. */
export interface RawData {
  readonly parts: Readonly<Partial<Record<PartName, ImageSetHandle>>>;
  readonly failures: readonly Failure[];
  /** The number of files per ending that are not images by name. */
  readonly ignored: ReadonlyMap<string, number>;
  /** Further findings, as sentences. */
  readonly findings: readonly string[];
  /** True if the test part is the fold that the options choose; default false. */
  readonly isFold?: boolean;
  /** Notes on the processing of the images, as sentences. */
  readonly about: readonly string[];
  /** Settles once the images are in the cache for the next time, or cannot be written to it, as a note states. */
  readonly kept?: Promise<void> | undefined;
}
