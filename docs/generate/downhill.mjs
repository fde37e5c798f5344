import { Output } from "../../packages/cli/dist/output/output.js";
import { createProgram } from "../../packages/cli/dist/program.js";

/** Runs commands of the command line in this process. `print` returns the text that a command prints. */
export function commandLine() {
  let printed = "";
  const stream = { isTTY: false, write: (text) => (printed += text) };
  const program = createProgram(new Output(stream, stream, {}));
  const print = async (...args) => {
    printed = "";
    await program.parseAsync(args, { from: "user" });
    return printed;
  };
  return { program, print, json: async (...args) => JSON.parse(await print(...args, "--json")) };
}
