import { GraphError } from "@downhill/graph";
import { explainSystemError } from "@downhill/images/text";
import { CommanderError } from "commander";
import { messageOf } from "./config/remedies.ts";
import type { Output } from "./output/output.ts";

/** What a command ends with. */
export const STATUS = {
  done: 0,
  failed: 1,
  misused: 2,
  /** A run to resume had not begun. */
  notBegun: 3,
  outputClosed: 141,
} as const;

const REPORT_AT = "please report it with the lines above: run downhill doctor, and add what it says";

/** Mistakes in what was asked for, by their class's name. */
const MISUSES: ReadonlySet<string> = new Set(["UsageError", "ConfigError"]);
/** Errors whose message is all that a user needs. */
const FOR_USERS: ReadonlySet<string> = new Set(["TrainError", "DivergedError", "DataError"]);

/** Says what went wrong, and returns the status that the command ends with. */
export function reportFailure(error: unknown, output: Output, helpCommand: string): number {
  if (error instanceof CommanderError) {
    // Help that was asked for is no failure; what commander printed by itself needs no more words.
    if (error.exitCode === 0) return STATUS.done;
    if (error.code === "commander.help") return STATUS.misused;
    return tell(output, "usage", `${rewordCommander(error.message)} (${helpCommand} says more)`, STATUS.misused);
  }
  const { name, stack } = error instanceof Error ? error : new Error(String(error));
  const message = messageOf(error);
  if (MISUSES.has(name)) return tell(output, "usage", message, STATUS.misused);
  if (name === "NotBegunError") return tell(output, "unbegun", message, STATUS.notBegun);
  // The line of code that a graph's error names is not the user's.
  if (error instanceof GraphError) return tell(output, "failure", error.reason, STATUS.failed);
  if (FOR_USERS.has(name)) return tell(output, "failure", message, STATUS.failed);
  const words = systemError(error instanceof Error ? error : new Error(String(error)));
  if (words !== null) return tell(output, "failure", words, STATUS.failed);
  const red = (text: string): string => output.progress.style("red", text);
  output.error(`${stack}\n\n${red("This is a defect of Downhill:")} ${REPORT_AT}.`);
  return withJsonError(output, "defect", message, STATUS.failed);
}

/** Characters of a message: whatever a user wrote that stands in it may be of any length. */
const LONGEST = 4000;

function tell(output: Output, kind: string, whole: string, status: number): number {
  const message = whole.length <= LONGEST ? whole : `${whole.slice(0, LONGEST)}...`;
  output.error(`${output.progress.style("red", "Error:")} ${message}`);
  return withJsonError(output, kind, message, status);
}

function withJsonError(output: Output, kind: string, message: string, status: number): number {
  if (output.mode.json) output.json({ event: "error", error: { kind, message } });
  return status;
}

/** Commander's messages in our words: without its prefix, and with the suggestion in the same line. */
const rewordCommander = (message: string): string =>
  message
    .replace(/^error: /, "")
    .replace(/\s*\(Did you mean one of (.+)\?\)/s, ": did you mean one of $1?")
    .replace(/\s*\(Did you mean (.+)\?\)/s, ": did you mean '$1'?");

/** Errors of engines and libraries that ask for more memory than the system gives. */
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
