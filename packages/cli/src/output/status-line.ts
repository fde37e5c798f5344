import { type Field, fit } from "./fit.ts";
import type { Terminal } from "./terminal.ts";

/** Milliseconds between redraws. */
const INTERVAL = 80;

/** Line at the bottom of a terminal that is redrawn. Streams other than terminals have none. */
export class StatusLine {
  readonly #terminal: Terminal;
  #fields: readonly Field[] | null = null;
  #drawn = false;
  #last = Number.NEGATIVE_INFINITY;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Shows the fields, at most once per `INTERVAL`. */
  update(fields: readonly Field[], now = performance.now()): void {
    if (!this.#terminal.isTerminal) return;
    this.#fields = fields;
    if (now - this.#last < INTERVAL) return;
    this.#last = now;
    this.#draw();
  }

  /** Prints a permanent line above the status line. */
  print(line: string): void {
    this.#erase();
    this.#terminal.write(`${line}\n`);
    this.#draw();
  }

  /** Removes the status line. */
  clear(): void {
    this.#erase();
    this.#fields = null;
    this.#last = Number.NEGATIVE_INFINITY;
  }

  #erase(): void {
    if (this.#drawn) this.#terminal.clearLine();
    this.#drawn = false;
  }

  #draw(): void {
    if (!this.#fields) return;
    // The last column stays free, because some terminals wrap as soon as it is written.
    const text = fit(this.#fields, this.#terminal.columns() - 1, this.#terminal.unicode ? " · " : " | ");
    this.#terminal.clearLine();
    this.#terminal.write(this.#terminal.style("dim", text));
    this.#drawn = true;
  }
}
