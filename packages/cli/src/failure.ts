import { explainSystemError } from "@downhill/images/text";
import { CommanderError } from "commander";
import { messageOf } from "./config/remedies.ts";
import type { Output } from "./output/output.ts";

/** Exit statuses of commands. */
export const STATUS = {
  done: 0,
  failed: 1,
  misused: 2,
  /** The run to resume had not begun. */
  notBegun: 3,
  outputClosed: 141,
} as const;

/** Names of the classes of errors in a command or its configuration. */
const MISUSES: ReadonlySet<string> = new Set(["UsageError", "ConfigError"]);
/** Names of the classes of errors whose message is complete for users. */
const FOR_USERS: ReadonlySet<string> = new Set(["TrainError", "DivergedError", "DataError"]);

/** Prints an error, and returns the exit status of the command. */
export function reportFailure(error: unknown, output: Output, helpCommand: string): number {
  if (error instanceof CommanderError) {
    // Commander has printed the help.
    if (error.exitCode === 0) return STATUS.done;
    if (error.code === "commander.help") return STATUS.misused;
    return print(output, "usage", `${rewordCommander(error.message)} See ${helpCommand}`, STATUS.misused);
  }
  const { name, stack } = error instanceof Error ? error : new Error(String(error));
  const message = messageOf(error);
  if (MISUSES.has(name)) return print(output, "usage", message, STATUS.misused);
  if (name === "NotBegunError") return print(output, "unbegun", message, STATUS.notBegun);
  // The message of a graph's error ends with a line of code, which is not the user's.
  const { reason } = Object(error) as { readonly reason?: unknown };
  if (name === "GraphError" && typeof reason === "string") return print(output, "failure", reason, STATUS.failed);
  if (FOR_USERS.has(name)) return print(output, "failure", message, STATUS.failed);
  const problem = systemError(error instanceof Error ? error : new Error(String(error)));
  if (problem !== null) return print(output, "failure", problem, STATUS.failed);
  const title = output.progress.style("red", "This is a bug in Downhill.");
  output.error(`${stack}\n\n${title} Please report it with the lines above and the output of downhill doctor.`);
  return withJsonError(output, "defect", message, STATUS.failed);
}

/** Largest number of characters of a message, which may quote a text of any length from the user. */
const MOST_CHARACTERS = 4000;

function print(output: Output, kind: string, whole: string, status: number): number {
  const message = whole.length <= MOST_CHARACTERS ? whole : `${whole.slice(0, MOST_CHARACTERS)}...`;
  output.error(`${output.progress.style("red", "Error:")} ${message}`);
  return withJsonError(output, kind, message, status);
}

function withJsonError(output: Output, kind: string, message: string, status: number): number {
  if (output.mode.json) output.json({ event: "error", error: { kind, message } });
  return status;
}

/** Returns a message of Commander as a sentence: without its prefix, with the suggestion in the same line. */
const rewordCommander = (message: string): string =>
  message
    .replace(/^error: /, "")
    .replace(/\s*\(Did you mean one of (.+)\?\)/s, ": did you mean one of $1?")
    .replace(/\s*\(Did you mean (.+)\?\)/s, ": did you mean '$1'?")
    .replace(/[^.?]$/, "$&.");

/** Messages of engines and libraries for which the system has too little memory. */
const OUT_OF_MEMORY =
  /array buffer allocation failed|system did not grant|failed to map segment|could not allocate memory|failed to allocate|bad[_ ]alloc|out of memory|cannot allocate memory/i;
const MEMORY_CODES: ReadonlySet<string> = new Set(["ENOMEM", "ERR_WORKER_OUT_OF_MEMORY", "ERR_WORKER_INIT_FAILED"]);

/** Explains an error of the system for the user, with its path; null for other errors. */
function systemError(error: NodeJS.ErrnoException): string | null {
  const { code = "", path, syscall, message } = error;
  if (MEMORY_CODES.has(code) || OUT_OF_MEMORY.test(message)) {
    return `out of memory (${message.split("\n")[0]}). Use fewer or smaller images, a smaller --largest-part or fewer --threads, or allow the process more memory.`;
  }
  const place = path ?? (syscall === "write" ? "the standard output" : undefined);
  const problem = explainSystemError(error);
  return problem === null || place === undefined ? null : `${place}: ${problem.reason}. ${problem.remedy}.`;
}
