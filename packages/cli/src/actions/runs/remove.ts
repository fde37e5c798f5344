import { createInterface } from "node:readline/promises";
import {
  begunFolds,
  isCrossValidation,
  isTraining,
  type RunSummary,
  removeCrossValidation,
  removeRun,
  summarizeRun,
} from "@downhill/train";
import { STATUS } from "../../failure.ts";
import { listNames, percent, plural } from "../../output/format.ts";
import type { Output } from "../../output/output.ts";
import { UsageError } from "../../usage-error.ts";

/**
 * Removes runs and cross-validations after confirmation, and returns the exit status.
 * @param isConfirmed removes them without a question
 */
export async function removeRuns(
  output: Output,
  folders: readonly string[],
  isConfirmed: boolean,
): Promise<number | undefined> {
  // All are checked before the first is removed.
  const found = folders
    .flatMap((folder) => (isCrossValidation(folder) ? begunFolds(folder) : [folder]))
    .map(summarizeRun);
  for (const { folder, status } of found) {
    if (status === "running" && (await isTraining(folder))) {
      throw new UsageError(`${folder}: the run is training. Stop it first.`);
    }
  }
  if (!isConfirmed && !(await confirm(found, output))) {
    output.error("Nothing was removed.");
    return STATUS.failed;
  }
  for (const folder of folders) {
    const kept = await (isCrossValidation(folder) ? removeCrossValidation(folder) : removeRun(folder));
    output.print(
      kept.length === 0
        ? `removed ${folder}`
        : `removed the run in ${folder}, kept its other files: ${listNames(kept)}`,
    );
  }
  return undefined;
}

async function confirm(runs: readonly RunSummary[], output: Output): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError("runs remove: not a terminal. Pass --yes to confirm.");
  for (const { folder, facts, accuracy } of runs) {
    const score = accuracy === null ? "no result yet" : `accuracy ${percent(accuracy, 2)}`;
    output.error(`${folder}: ${facts.model.name} on ${facts.data.name}, ${score}`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`Remove ${plural(runs.length, "run")} permanently? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
