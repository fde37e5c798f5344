/**
 * Listens for Ctrl-C (SIGINT) and SIGTERM.
 * @param first called at the first signal, with the exit status of the process
 * @param second called at each later signal
 * @returns a function that removes the listeners
 */
export function listenForInterrupts(first: (status: number) => void, second: (status: number) => void): () => void {
  let signals = 0;
  const listeners = Object.entries(STATUSES).map(([signal, status]) => {
    const listener = (): void => (signals++ === 0 ? first(status) : second(status));
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => {
    for (const remove of listeners) remove();
  };
}

/** Exit statuses as in shells: 128 plus the number of the signal. */
export const STATUSES = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Ends the process at once by the signal of an exit status, as if there were no listeners. `process.exit` would first
 * end the run's thread, which aborts the process while ONNX Runtime computes in that thread.
 */
export function endAtOnce(status: number): void {
  const signal = status === STATUSES.SIGTERM ? "SIGTERM" : "SIGINT";
  process.removeAllListeners(signal);
  // A signal ends the process without its exit event, so listeners that clean up are called here.
  process.emit("exit", status);
  process.kill(process.pid, signal);
}
