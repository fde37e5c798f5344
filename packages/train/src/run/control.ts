import type { RunEvent } from "./events.ts";

/** How what runs in a thread of its own is followed and stopped. */
export interface RunControl {
  readonly emit: (event: RunEvent) => void;
  /** Asked before each step. */
  readonly shouldStop: () => boolean;
}
