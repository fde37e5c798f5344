import type { RunEvent } from "./events.ts";

/** Event output and stop request of work in a thread. */
export interface RunControl {
  readonly emit: (event: RunEvent) => void;
  /** Returns true if a stop is requested; called before each step. */
  readonly shouldStop: () => boolean;
}
