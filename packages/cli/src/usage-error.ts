/** User error in a command. The message states the problem and what was expected; the exit status is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
