/** A mistake of the user's, or something that their machine lacks: what was wrong, what was expected, what to do. */
export class TrainError extends Error {
  override readonly name: string = "TrainError";
}

/** Training that cannot go on: a loss or a gradient is no longer finite. */
export class DivergedError extends TrainError {
  override readonly name = "DivergedError";
}
