import { availableParallelism } from "node:os";

/** Decoding is done by libuv's four threads at most; another file is read meanwhile. */
const TASKS = Math.max(4, Math.min(availableParallelism() + 1, 8));

/** Does something with each item, a few at a time; what is thrown ends it. */
export async function forEachParallel<T>(
  items: readonly T[],
  act: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      await act(items[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(TASKS, items.length) }, work));
}
