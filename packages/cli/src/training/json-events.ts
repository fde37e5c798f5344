import type { RunEvent } from "@downhill/train";
import type { Output } from "../output/output.ts";

/** Milliseconds between lines about steps: they come many times a second, and all of them are in the run folder. */
const INTERVAL = 1000;

/** Writes what a run does as lines of JSON, for programs that look on. */
export class JsonEvents {
  readonly #output: Output;
  readonly #last = new Map<string, number>();

  constructor(output: Output) {
    this.#output = output;
  }

  show(event: RunEvent): void {
    const { kind, ...rest } = event;
    // The result is told last, with where it is.
    if (kind === "result") return;
    if (kind === "step" || kind === "data" || kind === "finishing") {
      const now = performance.now();
      if (now - (this.#last.get(kind) ?? Number.NEGATIVE_INFINITY) < INTERVAL) return;
      this.#last.set(kind, now);
    }
    this.#output.json({ event: kind, ...rest });
  }
}
