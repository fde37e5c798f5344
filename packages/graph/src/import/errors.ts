import { GraphError } from "../error.ts";

/** Runs work on a file, and puts the place before the messages of its errors. */
export function within<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof GraphError) || error.reason.startsWith(`${place}: `)) throw error;
    throw new GraphError(`${place}: ${error.reason}`, { cause: error });
  }
}
