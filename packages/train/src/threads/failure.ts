import { GraphError } from "@downhill/graph";
import { DataError } from "@downhill/images";
import { defined } from "@downhill/optim/defined";
import { ConfigError, DivergedError, NotBegunError, TrainError, type TrainErrorOptions } from "../error.ts";

/** An error as it crosses threads: structured cloning keeps an error's text, but neither its class nor its fields. */
export interface Failure extends Omit<TrainErrorOptions, "cause"> {
  readonly name: string;
  /** Message of the error; of a `TrainError` or `DataError`, its `problem` without the remedies. */
  readonly message: string;
  readonly stack: string;
}

/** Errors of the packages below that a user can fix, by name. */
const USER_ERRORS: ReadonlySet<string> = new Set(["DataError", "GraphError"]);

const CLASSES = { TrainError, ConfigError, DivergedError, NotBegunError } as const;

export function describeFailure(error: unknown): Failure {
  const { name, message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof TrainError) {
    const { problem, code, remedies, setting } = error;
    return { name, message: problem, stack, ...defined({ code, remedies, setting }) };
  }
  if (error instanceof DataError) return { name, message: error.problem, stack, remedies: error.remedies };
  // The line of code that a graph's error names is not the user's.
  return { name, message: error instanceof GraphError ? error.reason : message, stack };
}

/** Rebuilds the error: a user error of its class, or an internal error with its original stack. */
export function failureToError({ name, message, stack, ...options }: Failure): Error {
  if (Object.hasOwn(CLASSES, name)) return new CLASSES[name as keyof typeof CLASSES](message, options);
  if (USER_ERRORS.has(name)) return new TrainError(message, options);
  return Object.assign(new Error(message), { name, stack });
}
