import {
  checkBegun,
  folderState,
  type GivenConfig,
  isCrossValidation,
  readCrossValidationFacts,
  readRunFile,
} from "@downhill/train";
import { commandFor } from "../config/command-line.ts";
import type { Given } from "../config/given.ts";
import type { Output } from "../output/output.ts";
import { followFolds } from "../training/follow-folds.ts";
import { followRun } from "../training/follow-run.ts";
import { claimFolder } from "../training/run-folder.ts";
import { UsageError } from "../usage-error.ts";

/** Starts a new run, or a cross-validation if folds are given without a fold, and returns the exit status. */
export async function startNew(output: Output, { config, file, sourceOf }: Given, out?: string): Promise<number> {
  const folder = claimFolder(out, config);
  // A run that never begins leaves no folder, however the process ends.
  process.once("exit", folder.release);
  const request = { kind: "new", given: config, folder: folder.path, command: commandFor(config) } as const;
  const origin = { rate: sourceOf("lr"), file };
  return config.folds !== undefined && config.fold === undefined
    ? followFolds(request, output, origin)
    : followRun(request, output, origin);
}

/**
 * Resumes a run or a cross-validation, and returns the exit status.
 * @param allowOtherArithmetic resumes even where the results round differently
 */
export async function resumeOnly(output: Output, run: string, allowOtherArithmetic: boolean): Promise<number> {
  const request = { kind: "resume", folder: run, allowOtherArithmetic } as const;
  const origin = ({ lr }: GivenConfig) => ({ rate: lr === undefined ? "default" : "flag", file: null }) as const;
  if (isCrossValidation(run)) return followFolds(request, output, origin(readCrossValidationFacts(run).given));
  checkBegun(run);
  return followRun(request, output, origin(readRunFile(run).given));
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
  const isFolds = isCrossValidation(out);
  if (!isFolds && folderState(out) !== "begun") return startNew(output, given, out);
  const before = isFolds ? readCrossValidationFacts(out) : readRunFile(out);
  const difference = firstDifference(before.given, given.config);
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
