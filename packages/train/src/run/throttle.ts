/** Milliseconds between two calls that pass. */
const INTERVAL = 100;

/** Returns a function that runs a call at most ten times a second and drops those in between. */
export function throttle(): (call: () => void) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (call) => {
    const now = performance.now();
    if (now - last < INTERVAL) return;
    last = now;
    call();
  };
}
