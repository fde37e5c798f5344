import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { reportFailure } from "./failure.ts";
import { Output } from "./output/output.ts";
import { createProgram } from "./program.ts";

/** Streams of a command, and the variables that determine its colors and characters. */
interface Surroundings {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs a command, and sets the exit status of the process. */
export async function main(args: readonly string[], surroundings: Surroundings = process): Promise<void> {
  const { stdout, stderr, env } = surroundings;
  const output = new Output(stdout, stderr, env);
  endWhenUnwritable(output, surroundings);
  // Errors in the command line are printed before its options are read.
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

/** True if Node was started with this file, and not with the command that imports it. */
function isEntry(script: string | undefined): boolean {
  try {
    return script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url);
  } catch {
    return false;
  }
}

/** Returns the command that prints the help for some arguments. */
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
 * Ends the process when its output can no longer be written. A closed pipe, as in `downhill ... | head`, is no failure; a
 * full disk is one. Streams emit such errors after the write returned.
 */
function endWhenUnwritable(output: Output, { stdout, stderr }: Surroundings): void {
  let ended = false;
  for (const stream of [stdout, stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      const isClosed = error.code === "EPIPE";
      // Results do not depend on the progress stream.
      if (ended || (stream === stderr && !isClosed)) return;
      ended = true;
      if (isClosed) output.onOutputClosed();
      else output.onOutputClosed(reportFailure(error, output, ""));
    });
  }
}

if (isEntry(process.argv[1])) await main(process.argv.slice(2));
