import { parseArgs } from "node:util";

/**
 * Reads the options of a benchmark. Prints the usage and exits if it is requested or an argument is wrong.
 *
 * @param {string} usage
 * @param {import("node:util").ParseArgsOptionsConfig} options
 * @param {(values: Record<string, any>) => string | undefined} problem returns the problem with the values, if there is one
 */
export function readArguments(usage, options, problem = () => undefined) {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: "boolean", default: false } } });
    if (values.help) {
      console.log(usage);
      process.exit();
    }
    const found = problem(values);
    if (found) throw new Error(found);
    return values;
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}

/** An option that accepts several of the known names. */
export const someOf = { type: "string", multiple: true, default: [] };
export const flag = { type: "boolean", default: false };

/** Returns the problem with names that must be keys of `known`. */
export function unknownName(noun, names, known) {
  const unknown = names.find((name) => !Object.hasOwn(known, name));
  return unknown && `There is no ${noun} "${unknown}"`;
}
