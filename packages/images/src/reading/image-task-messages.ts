import type { ImageSource, ImageTask, ImageTaskResults, Outcome } from "./image-task.ts";

/** Work on some images, for a thread. */
export interface TaskRequest {
  readonly id: number;
  readonly task: ImageTask;
  readonly sources: readonly ImageSource[];
}

/** The outcomes of a request, or the error of a fault in the program. */
export type TaskAnswer =
  | { readonly id: number; readonly outcomes: readonly Outcome<ImageTaskResults[keyof ImageTaskResults]>[] }
  | { readonly id: number; readonly error: unknown };
