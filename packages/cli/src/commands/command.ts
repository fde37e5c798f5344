import type { Command } from "commander";
import type { Output, OutputMode } from "../output/output.ts";

/** The examples at the end of a command's help: commands that work as they stand, on data or a run that is there. */
export const withExamples = (command: Command, ...examples: readonly string[]): Command =>
  command.addHelpText(
    "after",
    `\nExample${examples.length > 1 ? "s" : ""}:\n${examples.map((line) => `  ${line}\n`).join("")}`,
  );

/** Gives a command the flag `--json`. */
export const withJson = (command: Command, what = "the result as JSON, on the standard output"): Command =>
  command.option("--json", what);

/** Of commands that use a trained model. */
export const VIEWS_HELP = "average views of each image: flip or flip-and-shift (default none, as the exported model)";

/** Does a command, and returns the status to end with; undefined where all went well. */
export type Work<A, O> = (output: Output, args: A, options: O) => Promise<number | undefined> | number | undefined;

/**
 * Sets what a command does.
 * @param load loads what does it: help, and mistakes in a command line, are told without the engine
 */
export function does<A extends readonly unknown[], O>(
  command: Command,
  output: Output,
  load: () => Promise<Work<A, O>>,
): void {
  command.action(async (...given: unknown[]) => {
    const args = given.slice(0, -2) as unknown as A;
    const options = given.at(-2) as O & Partial<OutputMode>;
    output.mode = options;
    const work = await load();
    const status = await work(output, args, options);
    if (status !== undefined) process.exitCode = status;
  });
}

/** For options that may be given more than once. */
export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];
