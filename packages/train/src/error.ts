import { inWords, type Problem, type Remedy } from "./problem.ts";

/** The setting that an error is about. */
export interface InvalidSetting {
  /** Configuration key, or a path within one: `lr`, `groups.0.match`. */
  readonly path: string;
  readonly value?: unknown;
  /** Expected value, as the object of "expected": `a number above 0`. */
  readonly expected?: string;
}

/** Options of a `TrainError` besides its cause. */
export interface TrainErrorOptions extends ErrorOptions {
  /** Stable identifier of the kind of error; default: that of the class. */
  readonly code?: string;
  readonly remedies?: readonly Remedy[];
  readonly setting?: InvalidSetting;
}

/**
 * User error, or a missing capability of the machine. The message names configuration keys, never flags: programs with
 * another vocabulary, such as the command line, word `problem` and `remedies` themselves.
 */
export class TrainError extends Error implements Problem {
  override readonly name: string = "TrainError";
  readonly code: string;
  readonly problem: string;
  readonly remedies: readonly Remedy[];
  readonly setting: InvalidSetting | undefined;

  /** @param problem what is wrong and what was expected, without the remedies */
  constructor(problem: string, { code = "failed", remedies = [], setting, ...options }: TrainErrorOptions = {}) {
    super(inWords({ problem, remedies }), options);
    this.code = code;
    this.problem = problem;
    this.remedies = remedies;
    this.setting = setting;
  }
}

/** User error in the configuration, found before training: an unknown name, a wrong type, settings in conflict. */
export class ConfigError extends TrainError {
  override readonly name = "ConfigError";

  constructor(problem: string, options: TrainErrorOptions = {}) {
    super(problem, { code: "invalid-config", ...options });
  }
}

/** Error of a training whose loss or gradient is not finite. */
export class DivergedError extends TrainError {
  override readonly name = "DivergedError";

  constructor(problem: string, options: TrainErrorOptions = {}) {
    super(problem, { code: "diverged", ...options });
  }
}

/** Error of resuming a run that was stopped before its first step: the run must be started again. */
export class NotBegunError extends TrainError {
  override readonly name = "NotBegunError";

  constructor(problem: string, options: TrainErrorOptions = {}) {
    super(problem, { code: "not-begun", ...options });
  }
}
