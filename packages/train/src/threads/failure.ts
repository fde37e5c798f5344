import { GraphError } from "@downhill/graph";
import { ConfigError, DivergedError, NotBegunError, TrainError } from "../error.ts";

/** An error as it crosses threads: messages keep an error's text, and not its class. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** Errors that tell users what they can mend, by their names: of this package and of those below. */
const FOR_USERS: ReadonlySet<string> = new Set(["TrainError", "DataError", "GraphError"]);

export function describeFailure(error: unknown): Failure {
  const { name, message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  // The line of code that a graph's error names is not the user's.
  return { name, message: error instanceof GraphError ? error.reason : message, stack };
}

/** The error again: one for the user, or a defect of ours with the stack of where it happened. */
export function failureToError({ name, message, stack }: Failure): Error {
  if (name === "ConfigError") return new ConfigError(message);
  if (name === "DivergedError") return new DivergedError(message);
  if (name === "NotBegunError") return new NotBegunError(message);
  if (FOR_USERS.has(name)) return new TrainError(message);
  return Object.assign(new Error(message), { name, stack });
}
