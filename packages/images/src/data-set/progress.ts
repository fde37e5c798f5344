/** The state of a task that takes a while, such as decoding images. */
export interface DataProgress {
  /** The task, such as "decoding images". */
  readonly what: string;
  /** The number of items or bytes that are done. */
  readonly done: number;
  /** The number of items or bytes in all; 0 while it is unknown. */
  readonly total: number;
}

/** A listener that receives each progress of a task. */
export type OnProgress = (progress: DataProgress) => void;
