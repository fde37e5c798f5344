import { checkBegun, folderState, type GivenConfig, type RunRequest, readRunFile } from "@downhill/train";
import { commandFor } from "../config/command-line.ts";
import type { Given } from "../config/given.ts";
import type { Output } from "../output/output.ts";
import { followRun } from "../training/follow-run.ts";
import { claimFolder } from "../training/run-folder.ts";
import { UsageError } from "../usage-error.ts";

/** Starts a new run, and returns the exit status. */
export async function startNew(output: Output, { config, file, sourceOf }: Given, out?: string): Promise<number> {
  const folder = claimFolder(out, config);
  // A run that never begins leaves no folder, however the process ends.
  process.once("exit", folder.release);
  const request: RunRequest = { kind: "new", given: config, folder: folder.path, command: commandFor(config) };
  return followRun(request, output, { rate: sourceOf("lr"), file });
}

/**
 * Resumes a run, and returns the exit status.
 * @param allowOtherArithmetic resumes even where the results round differently
 */
export async function resumeOnly(output: Output, run: string, allowOtherArithmetic: boolean): Promise<number> {
  checkBegun(run);
  const { given } = readRunFile(run);
  return followRun({ kind: "resume", folder: run, allowOtherArithmetic }, output, {
    rate: given.lr === undefined ? "default" : "flag",
    file: null,
  });
}

/**
 * Resumes the run in a folder, or starts it there, for job queues that repeat one command until it succeeds.
 * @throws UsageError if the run in the folder has other settings
 */
export async function resumeOrStartIn(
  output: Output,
  out: string,
  given: Given,
  allowOtherArithmetic: boolean,
): Promise<number> {
  if (folderState(out) !== "begun") return startNew(output, given, out);
  const difference = firstDifference(readRunFile(out).given, given.config);
  if (difference !== null) {
    throw new UsageError(
      `--out ${out}: the run in it has other settings: ${difference}. Use the settings of the run, or choose another folder.`,
    );
  }
  return resumeOnly(output, out, allowOtherArithmetic);
}

/** Returns the first setting in which a command differs from the one that started a run; null if there is none. */
function firstDifference(run: GivenConfig, command: GivenConfig): string | null {
  const text = (value: unknown): string => (value === undefined ? "unset" : JSON.stringify(value));
  const [there, here] = [new Map(Object.entries(run)), new Map(Object.entries(command))];
  const keys = new Set([...there.keys(), ...here.keys()]);
  for (const key of keys) {
    const [before, after] = [text(there.get(key)), text(here.get(key))];
    if (before !== after) return `${key} is ${before} in the run and ${after} in this command`;
  }
  return null;
}
