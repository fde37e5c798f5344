import type { OnProgress } from "../../data-set/progress.ts";
import type { PoolPlace } from "../../pool/pool-writer.ts";
import type { Spool } from "../spool.ts";

/** The circumstances in which an archive is opened. */
export interface ArchiveContext {
  /** The unpacked files, of all archives that are open together. Whoever creates it closes it. */
  readonly spool: Spool;
  /** Receives notes for the report. */
  readonly note: PoolPlace["note"];
  readonly onProgress: OnProgress;
  /** Ends the opening when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}
