import { CommanderError } from "commander";
import type { Output } from "./output/output.ts";

/** What a command ends with. */
export const STATUS = {
  done: 0,
  failed: 1,
  misused: 2,
  /** A run to resume had not begun. */
  unbegun: 3,
  unread: 141,
} as const;

const REPORT_AT = "please report it with the lines above: run downhill doctor, and add what it says";

/** Mistakes in what was asked for, by their class's name. */
const MISUSES: ReadonlySet<string> = new Set(["UsageError", "ConfigError"]);
/** Errors whose message is all that a user needs. */
const FOR_USERS: ReadonlySet<string> = new Set(["TrainError", "DivergedError", "DataError", "GraphError"]);

/** Says what went wrong, and returns the status that the command ends with. */
export function tellFailure(error: unknown, output: Output, helpCommand: string): number {
  if (error instanceof CommanderError) {
    // Help that was asked for is no failure; what commander printed by itself needs no more words.
    if (error.exitCode === 0) return STATUS.done;
    if (error.code === "commander.help") return STATUS.misused;
    return tell(output, "usage", `${reworded(error.message)} (${helpCommand} says more)`, STATUS.misused);
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  if (MISUSES.has(name)) return tell(output, "usage", message, STATUS.misused);
  if (name === "NotBegunError") return tell(output, "unbegun", message, STATUS.unbegun);
  if (FOR_USERS.has(name)) return tell(output, "failure", message, STATUS.failed);
  const words = systemError(error as NodeJS.ErrnoException);
  if (words !== null) return tell(output, "failure", words, STATUS.failed);
  const red = (text: string): string => output.progress.style("red", text);
  output.error(`${stack}\n\n${red("This is a defect of Downhill:")} ${REPORT_AT}.`);
  return toldAsJson(output, "defect", message, STATUS.failed);
}

function tell(output: Output, kind: string, message: string, status: number): number {
  output.error(`${output.progress.style("red", "Error:")} ${message}`);
  return toldAsJson(output, kind, message, status);
}

function toldAsJson(output: Output, kind: string, message: string, status: number): number {
  if (output.mode.json) output.json({ event: "error", error: { kind, message } });
  return status;
}

/** Commander's messages in our words: without its prefix, and with the suggestion in the same line. */
const reworded = (message: string): string =>
  message
    .replace(/^error: /, "")
    .replace(/\s*\(Did you mean one of (.+)\?\)/s, ": did you mean one of $1?")
    .replace(/\s*\(Did you mean (.+)\?\)/s, ": did you mean '$1'?");

const SYSTEM: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission is denied: expected a place that can be read and written",
  EPERM: "it is not permitted",
  EROFS: "the file system is read-only: expected a place that can be written",
  ENOTDIR: "a file is in the place of a folder",
  EISDIR: "it is a folder: expected a file",
  EEXIST: "it is there already",
  ENOSPC: "the disk is full: free some space",
  EMFILE: "too many files are open",
};

/** What the system has against a path, in words; null for other errors. */
function systemError({ code, path }: NodeJS.ErrnoException): string | null {
  const words = SYSTEM[code ?? ""];
  return words === undefined || path === undefined ? null : `${path}: ${words}`;
}
