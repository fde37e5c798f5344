import { availableParallelism } from "node:os";

/** The number of parallel tasks. libuv decodes in at most four threads; another file is read meanwhile. */
const TASKS = Math.max(4, Math.min(availableParallelism() + 1, 8));

/** Calls a function for each item, a few at a time. The first error ends it, and so does a signal. */
export async function forEachParallel<T>(
  items: readonly T[],
  act: (item: T, index: number) => Promise<void>,
  signal?: AbortSignal,
  tasks = TASKS,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      signal?.throwIfAborted();
      const index = next++;
      await act(items[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(tasks, items.length) }, work));
}
