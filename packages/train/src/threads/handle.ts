/** Work in progress in a separate thread. */
export interface Handle<Result> {
  /** Resolves with the result. Rejects with a TrainError for user errors. */
  readonly done: Promise<Result>;
  /** Requests a stop after the current step. */
  stop(): void;
}
