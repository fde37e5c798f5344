/**
 * Hears Ctrl-C and the request to end (SIGTERM): the first asks to stop, the second ends at once.
 * @param first is told the status that the process will end with
 * @returns what ends the hearing
 */
export function hearInterrupts(first: (status: number) => void, second: (status: number) => void): () => void {
  let heard = 0;
  const listeners = Object.entries(STATUSES).map(([signal, status]) => {
    const listener = (): void => (heard++ === 0 ? first(status) : second(status));
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => {
    for (const remove of listeners) remove();
  };
}

/** As shells have it: 128 and the signal's number. */
const STATUSES = { SIGINT: 130, SIGTERM: 143 } as const;
