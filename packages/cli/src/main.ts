import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { reportFailure } from "./failure.ts";
import { Output } from "./output/output.ts";
import { createProgram } from "./program.ts";

/** Does a command, and sets the status that the process ends with. */
export async function main(args: readonly string[]): Promise<void> {
  const output = new Output(process.stdout, process.stderr, process.env);
  endWhenUnwritable(output);
  // Mistakes in the command line are told before its options are known.
  output.mode = { json: args.includes("--json"), quiet: args.includes("--quiet") };
  const program = createProgram(output);
  if (args.length === 0) {
    program.outputHelp();
    return;
  }
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = reportFailure(error, output, helpCommandFor(program, args));
  }
}

/** Whether this file itself was given to Node, and not the command that imports it. */
function isEntry(script: string | undefined): boolean {
  try {
    return script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url);
  } catch {
    return false;
  }
}

/** The command whose help says more about what was asked for. */
function helpCommandFor(program: Command, args: readonly string[]): string {
  const path = [program.name()];
  let command = program;
  for (const word of args) {
    const next = command.commands.find((candidate) => candidate.name() === word);
    if (!next) break;
    path.push(word);
    command = next;
  }
  return `${path.join(" ")} --help`;
}

/**
 * `downhill ... | head` is no failure; results that cannot be written, as on a full disk, are one. Errors of writing come
 * after the write, so they cannot be caught where it is.
 */
function endWhenUnwritable(output: Output): void {
  let ended = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      const isClosed = error.code === "EPIPE";
      // Without progress the results are as good.
      if (ended || (stream === process.stderr && !isClosed)) return;
      ended = true;
      if (isClosed) output.onOutputClosed();
      else output.onOutputClosed(reportFailure(error, output, ""));
    });
  }
}

if (isEntry(process.argv[1])) await main(process.argv.slice(2));
