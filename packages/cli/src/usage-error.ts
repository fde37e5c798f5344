/** A mistake in a command: what was wrong, what was expected. The command ends with status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
