import type { RunEvent } from "@downhill/train";
import type { Output } from "../output/output.ts";

/** Milliseconds between events about steps, which come many times a second. The run folder has all of them. */
const INTERVAL = 1000;

/** Writes the events of a run as JSON lines, for other programs. */
export class JsonEvents {
  readonly #output: Output;
  readonly #last = new Map<string, number>();

  constructor(output: Output) {
    this.#output = output;
  }

  show(event: RunEvent): void {
    const { kind, ...rest } = event;
    // The result is printed last, with the run folder.
    if (kind === "result") return;
    if (kind === "step" || kind === "data" || kind === "finishing") {
      const now = performance.now();
      if (now - (this.#last.get(kind) ?? Number.NEGATIVE_INFINITY) < INTERVAL) return;
      this.#last.set(kind, now);
    }
    this.#output.json({ event: kind, ...rest });
  }
}
