/** Starts work after all earlier work has ended, successfully or not. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** Creates a queue. Work that waits for other work in the same queue would deadlock. */
export function createQueue(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
}
