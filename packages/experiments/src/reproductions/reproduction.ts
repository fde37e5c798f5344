/** Statement of a paper, and what it is here. */
export interface Claim {
  /** The statement, with its place in the paper. */
  readonly statement: string;
  /** Measured numbers. */
  readonly measured: string;
  readonly holds: boolean;
}

/** Result of a reproduction. */
export interface Reproduced {
  readonly claims: readonly Claim[];
  /** Choices that the paper leaves open, and limits of the statements. */
  readonly method: string;
  /** Plots and data by the names of their files. */
  readonly files: ReadonlyMap<string, string>;
}

/** Result of the literature that can be repeated. */
export interface Reproduction {
  /** Name in the command line. */
  readonly name: string;
  readonly title: string;
  /** URL of the paper. */
  readonly paper: string;
  /** One sentence: what the paper shows. */
  readonly summary: string;
  run(): Reproduced;
}
