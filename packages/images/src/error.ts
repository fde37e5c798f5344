/** An error in the data or the options: the file or value, the problem, the expected content, and what to do. */
export class DataError extends Error {
  override readonly name = "DataError";
}
