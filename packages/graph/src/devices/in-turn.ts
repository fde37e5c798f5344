/** Starts work when all that was given before has ended, well or not. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** A queue of its own. Work that waits for other work of the same queue would wait without end. */
export function createQueue(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
}
