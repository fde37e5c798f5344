import { visible } from "@downhill/train/text";
import type { Field } from "./fit.ts";
import { StatusLine } from "./status-line.ts";
import { type Environment, type Terminal, terminalOf } from "./terminal.ts";

/** How a command tells things: for people, as JSON, or nothing but its result. */
export interface OutputMode {
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Where a command writes: results to the standard output, all that is said on the way to standard error. */
export class Output {
  readonly results: Terminal;
  readonly progress: Terminal;
  readonly #status: StatusLine;
  /** Ends the command when nobody reads the results any more, as after `| head`, or with a status when writing them failed. */
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

  /** Whether people are told what goes on. */
  get showsProgress(): boolean {
    return !this.#mode.json && !this.#mode.quiet;
  }

  /** Whether there is a line that is redrawn. */
  get isLive(): boolean {
    return this.showsProgress && this.progress.isTerminal;
  }

  /** A result, as text. */
  print(text: string): void {
    this.#status.clear();
    this.results.write(`${this.results.paragraphs(text)}\n`);
  }

  /** A result, as one line of JSON, in which hidden characters are escapes: a reader of JSON has the names as they are. */
  json(value: object): void {
    this.results.write(`${visible(JSON.stringify(value))}\n`);
  }

  /** The result of a command: as JSON where that is wanted, else as text. */
  result(value: object, text: () => string): void {
    if (this.#mode.json) this.json(value);
    else this.print(text());
  }

  /** Something on the way, as a line that stays. */
  log(line: string): void {
    if (this.showsProgress) this.#status.print(this.progress.paragraphs(line));
  }

  /** Prints a note as a line of progress. */
  note(text: string): void {
    this.log(`${this.progress.style("yellow", "Note:")} ${text}`);
  }

  /** The line that is redrawn. */
  status(fields: readonly Field[]): void {
    if (this.showsProgress) this.#status.update(fields);
  }

  clearStatus(): void {
    this.#status.clear();
  }

  /** What went wrong; said whatever the mode. */
  error(text: string): void {
    this.#status.clear();
    this.progress.write(`${this.progress.paragraphs(text)}\n`);
  }
}
