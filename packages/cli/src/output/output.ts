import { visible } from "@downhill/train/text";
import type { Field } from "./fit.ts";
import { StatusLine } from "./status-line.ts";
import { type Environment, type Terminal, terminalOf } from "./terminal.ts";

/** Form of a command's output: text with progress, JSON, or only the result. */
export interface OutputMode {
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Streams of a command: results go to the standard output, progress and errors to standard error. */
export class Output {
  readonly results: Terminal;
  readonly progress: Terminal;
  readonly #status: StatusLine;
  /** Ends the command when the results can no longer be written: without a status if their reader closed the pipe, as `| head` does. */
  onOutputClosed: (status?: number) => void = (status) => process.exit(status ?? process.exitCode ?? 0);
  #mode: OutputMode = { json: false, quiet: false };

  constructor(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream, env: Environment) {
    this.results = terminalOf(stdout, env);
    this.progress = terminalOf(stderr, env);
    this.#status = new StatusLine(this.progress);
  }

  get mode(): OutputMode {
    return this.#mode;
  }

  set mode(mode: Partial<OutputMode>) {
    this.#mode = { json: mode.json === true, quiet: mode.quiet === true };
  }

  /** True if progress is printed. */
  get showsProgress(): boolean {
    return !this.#mode.json && !this.#mode.quiet;
  }

  /** True if there is a status line, which is redrawn. */
  get isLive(): boolean {
    return this.showsProgress && this.progress.isTerminal;
  }

  /** Prints a result as text. */
  print(text: string): void {
    this.#status.clear();
    this.results.write(`${this.results.paragraphs(text)}\n`);
  }

  /** Prints a result as one line of JSON, with escapes for hidden characters, which leave the parsed names unchanged. */
  json(value: object): void {
    this.results.write(`${visible(JSON.stringify(value))}\n`);
  }

  /** Prints the result of a command, as JSON or as text. */
  result(value: object, text: () => string): void {
    if (this.#mode.json) this.json(value);
    else this.print(text());
  }

  /** Prints a line of progress. */
  log(line: string): void {
    if (this.showsProgress) this.#status.print(this.progress.paragraphs(line));
  }

  /** Prints a note as a line of progress. */
  note(text: string): void {
    this.log(`${this.progress.style("yellow", "Note:")} ${text}`);
  }

  /** Updates the status line. */
  status(fields: readonly Field[]): void {
    if (this.showsProgress) this.#status.update(fields);
  }

  clearStatus(): void {
    this.#status.clear();
  }

  /** Prints an error, in every mode. */
  error(text: string): void {
    this.#status.clear();
    this.progress.write(`${this.progress.paragraphs(text)}\n`);
  }
}
