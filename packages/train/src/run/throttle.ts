/** Milliseconds between two calls that pass. */
const INTERVAL = 100;

/**
 * Returns a function that runs a call at most once per interval and drops those in between.
 * @param interval milliseconds; default 100
 */
export function throttle(interval = INTERVAL): (call: () => void) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (call) => {
    const now = performance.now();
    if (now - last < interval) return;
    last = now;
    call();
  };
}
