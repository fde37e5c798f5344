import type { Command } from "commander";
import { addConfigFlags, keyOption } from "../config/flags.ts";
import type { Output } from "../output/output.ts";
import type { Argument } from "./argument.ts";
import { type Option, toCommander } from "./option.ts";

type Arguments = readonly Argument<unknown>[];
type Options = Readonly<Record<string, Option<unknown>>>;
type ArgumentValues<A extends Arguments> = { readonly [I in keyof A]: A[I] extends Argument<infer V> ? V : never };
type OptionValues<O extends Options> = { readonly [K in keyof O]: O[K] extends Option<infer V> ? V : never };

/** One call of a command, with the values that its declaration implies. */
interface Call<A extends Arguments, O extends Options> {
  readonly output: Output;
  readonly args: ArgumentValues<A>;
  readonly options: OptionValues<O>;
  /** Configuration keys that were given as flags, as they were written. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Declaration of a command: its help, its arguments and options, and its action. */
interface Declaration<A extends Arguments, O extends Options> {
  readonly name: string;
  /** Line of the command in the help of its parent. */
  readonly summary: string;
  readonly description: string;
  readonly args?: A;
  readonly options?: O;
  /** Headings in the help, each with the keys of its options; the other options come first, without one. */
  readonly headings?: Readonly<Record<string, readonly (keyof O)[]>>;
  /** Configuration keys that are flags of the command. */
  readonly settings?: readonly string[] | "all";
  /** Commands that work as they stand, on data or a run that exists. */
  readonly examples: readonly string[];
  /**
   * Runs the command, and returns its exit status if that is not 0. It imports the engine when it needs it, so that help
   * and errors in a command line do not wait for the engine.
   */
  action(call: Call<A, O>): Promise<number | undefined>;
}

/** Adds a command to its parent. */
export type AddCommand = (parent: Command, output: Output) => void;

/** Returns a command whose action has the types that its arguments and options imply. */
export function defineCommand<
  const A extends Arguments = readonly [],
  const O extends Options = Readonly<Record<never, never>>,
>(declaration: Declaration<A, O>): AddCommand {
  const { args = [], headings = {}, settings = [], examples, action } = declaration;
  const options: Options = declaration.options ?? {};
  return (parent, output) => {
    const command = describe(parent, declaration, examples);
    for (const { syntax, help, default: fallback } of args) command.argument(syntax, help, fallback);
    for (const [key, option] of Object.entries(options)) {
      const heading = Object.entries(headings).find(([, keys]) => keys.includes(key))?.[0];
      const flag = toCommander(key, option);
      command.addOption(heading === undefined ? flag : flag.helpGroup(heading));
    }
    if (settings === "all") addConfigFlags(command);
    else for (const key of settings) command.addOption(keyOption(key));
    command.action(async (...given) => {
      const values = command.opts();
      output.mode = values;
      const others = Object.entries(values).filter(([key]) => !(key in options));
      const call = { output, args: given.slice(0, -2), options: values, settings: Object.fromEntries(others) };
      // Commander's values are untyped; each was read by the option that gives it its type.
      const status = await action(call as unknown as Call<A, O>);
      if (status !== undefined) process.exitCode = status;
    });
  };
}

/** Returns a command that only has commands of its own. */
export const defineGroup =
  (
    help: Pick<Declaration<[], Options>, "name" | "summary" | "description" | "examples">,
    commands: readonly AddCommand[],
  ): AddCommand =>
  (parent, output) => {
    const group = describe(parent, help, help.examples);
    for (const add of commands) add(group, output);
  };

function describe(
  parent: Command,
  { name, summary, description }: { readonly name: string; readonly summary: string; readonly description: string },
  examples: readonly string[],
): Command {
  const lines = examples.map((line) => `  ${line}\n`).join("");
  return parent
    .command(name)
    .summary(summary)
    .description(description)
    .addHelpText("after", `\nExample${examples.length > 1 ? "s" : ""}:\n${lines}`);
}
