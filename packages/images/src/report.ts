/** An image that could not be used. */
export interface Failure {
  /** Within the folder. */
  readonly path: string;
  readonly reason: string;
}

/** What a data set is like. */
export interface DataReport {
  readonly failures: readonly Failure[];
  /** Sentences about what to look at in the data; empty where all is well. */
  readonly findings: readonly string[];
  /** Sentences about how the data were opened, such as a cache that cannot be written. */
  readonly notes: readonly string[];
}
