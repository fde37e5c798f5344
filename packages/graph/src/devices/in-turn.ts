let last: Promise<unknown> = Promise.resolve();

/** Starts work when all that was given before has ended, well or not. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = last.then(work);
  last = result.catch(() => {});
  return result;
}
