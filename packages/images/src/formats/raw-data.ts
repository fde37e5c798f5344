import type { ImageSetHandle } from "../image-set.ts";
import type { PoolMaker } from "../pool/make-pool.ts";
import type { Failure } from "../report.ts";
import type { DataSet, OnProgress, PartName } from "../types.ts";

/** What a format's reader found, before anything is split off. */
export interface RawData {
  readonly kind: DataSet["kind"];
  readonly parts: Readonly<Partial<Record<PartName, ImageSetHandle>>>;
  readonly failures: readonly Failure[];
  readonly notes: readonly string[];
}

export interface ReadOptions {
  /** Names of the classes, where they are known beforehand. */
  readonly classNames: readonly string[] | null;
  readonly makePool: PoolMaker;
  readonly onProgress: OnProgress;
}
