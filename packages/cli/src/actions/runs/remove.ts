import { createInterface } from "node:readline/promises";
import { isTraining, type RunSummary, removeRun, summarizeRun } from "@downhill/train";
import { STATUS } from "../../failure.ts";
import { percent, plural } from "../../output/format.ts";
import type { Output } from "../../output/output.ts";
import { UsageError } from "../../usage-error.ts";

/** Removes runs, after asking. */
export async function remove(
  output: Output,
  [folders]: readonly [readonly string[]],
  { yes }: { readonly yes?: boolean },
): Promise<number | undefined> {
  // All are looked at before the first is gone.
  const found = folders.map(summarizeRun);
  for (const { folder, status } of found) {
    if (status === "running" && (await isTraining(folder))) {
      throw new UsageError(`${folder}: it is being trained: stop it first`);
    }
  }
  if (!yes && !(await isConfirmed(found, output))) {
    output.error("Nothing was removed");
    return STATUS.failed;
  }
  for (const folder of folders) {
    const kept = await removeRun(folder);
    output.print(kept.length === 0 ? `removed ${folder}` : `removed the run in ${folder}, not its other files: ${some(kept)}`);
  }
  return undefined;
}

const SHOWN = 5;

/** The first of some paths. */
const some = (paths: readonly string[]): string =>
  [...paths.slice(0, SHOWN), ...(paths.length > SHOWN ? [`and ${paths.length - SHOWN} more`] : [])].join(", ");

async function isConfirmed(runs: readonly RunSummary[], output: Output): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError("runs remove: expected --yes where nobody can be asked");
  for (const { folder, facts, accuracy } of runs) {
    const score = accuracy === null ? "no result yet" : `accuracy ${percent(accuracy, 2)}`;
    output.error(`${folder}: ${facts.model.name} on ${facts.data.name}, ${score}`);
  }
  return agrees(`Remove ${plural(runs.length, "run")} for good? [y/N] `);
}

async function agrees(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}
