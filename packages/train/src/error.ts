/** A mistake of the user's, or something that their machine lacks: what was wrong, what was expected, what to do. */
export class TrainError extends Error {
  override readonly name: string = "TrainError";
}

/** A mistake in what was asked for, before anything is done: an unknown name, a wrong type, settings that do not go together. */
export class ConfigError extends TrainError {
  override readonly name = "ConfigError";
}

/** Training that cannot go on: a loss or a gradient is no longer finite. */
export class DivergedError extends TrainError {
  override readonly name = "DivergedError";
}

/** A run to resume that was stopped before its first step: there is nothing to resume, and it has to be started again. */
export class NotBegunError extends TrainError {
  override readonly name = "NotBegunError";
}
