/** Data that cannot be used as it is: which file or value, what was found there, what was expected, and what to do. */
export class DataError extends Error {
  override readonly name = "DataError";
}
