/**
 * Hears Ctrl-C and the request to end (SIGTERM): the first asks to stop, the second ends at once.
 * @param first is told the status that the process will end with
 * @returns what ends the hearing
 */
export function listenForInterrupts(first: (status: number) => void, second: (status: number) => void): () => void {
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

/**
 * Ends the process now, by the signal that has this status: as if nobody had listened. `process.exit` would first end the
 * run's thread, and that aborts the process where ONNX Runtime is at work in it.
 */
export function endAtOnce(status: number): void {
  const signal = status === STATUSES.SIGTERM ? "SIGTERM" : "SIGINT";
  process.removeAllListeners(signal);
  // Those who clean up at the end do so now: a signal ends the process without telling them.
  process.emit("exit", status);
  process.kill(process.pid, signal);
}
