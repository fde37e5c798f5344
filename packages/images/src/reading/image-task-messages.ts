import type { KeptPool } from "../pool/keep-pool.ts";
import type { ImageSource, ImageTask, ImageTaskResults, Outcome } from "./image-task.ts";

/** Work on some images, for a thread. */
export interface TaskRequest {
  readonly id: number;
  readonly task: ImageTask;
  readonly sources: readonly ImageSource[];
}

/** Images to write to the cache, for a thread. */
export interface KeepRequest {
  readonly id: number;
  readonly pool: KeptPool;
}

/** The outcomes of a request, the note about a cache that cannot be written, or the error of a fault in the program. */
export type TaskAnswer =
  | { readonly id: number; readonly note: string | null }
  | { readonly id: number; readonly outcomes: readonly Outcome<ImageTaskResults[keyof ImageTaskResults]>[] }
  | { readonly id: number; readonly error: unknown };
