import type { ReproductionContext } from "./running/context.ts";

/** Statement of a paper with its measurement. */
export interface Claim {
  /** The statement, with its place in the paper. */
  readonly statement: string;
  /** Rule that decides whether the statement holds, if `measured` does not show it. */
  readonly rule?: string;
  /** Measured numbers. */
  readonly measured: string;
  /** True if the statement holds; null if these trainings cannot decide it. */
  readonly holds: boolean | null;
  /** Best tested explanation of a statement that does not hold. */
  readonly explanation?: string;
}

/** Result of a reproduction. */
export interface Reproduced {
  readonly claims: readonly Claim[];
  /** Choices that the paper leaves open, and limits of the statements. */
  readonly method: string;
  /** Plots and data by the names of their files. */
  readonly files: ReadonlyMap<string, string>;
}

/** Trainings of a reproduction. */
export interface Trainings {
  /** Name of the default data set. */
  readonly data: string;
  /** Maximum number of training images. */
  readonly trainImages: number;
  /** Maximum number of test images. */
  readonly testImages: number;
  /** Default number of random seeds. */
  readonly seeds: number;
  /** Approximate time on two cores, in minutes. */
  readonly minutes: number;
}

/** Result of the literature that can be repeated. */
export interface Reproduction {
  /** Name in the command line. */
  readonly name: string;
  readonly title: string;
  /** URL of the paper. */
  readonly paper: string;
  /** One sentence: the paper's result. */
  readonly summary: string;
  /** Trainings; null for a reproduction that trains no network and takes seconds. */
  readonly trainings: Trainings | null;
  run(context: ReproductionContext): Reproduced | Promise<Reproduced>;
}
