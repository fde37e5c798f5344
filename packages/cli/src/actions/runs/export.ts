import { writeFileSync } from "node:fs";
import { type EpochLine, type Run, readRunFolder, type StepLine } from "@downhill/train";
import { plural } from "../../output/format.ts";
import type { Output } from "../../output/output.ts";
import { checkNew } from "../export.ts";

interface Options {
  readonly epochs?: boolean;
  readonly out?: string;
  readonly force?: boolean;
}

/** Writes a run's metrics as CSV. */
export function exportMetrics(output: Output, [folder]: readonly [string], { epochs, out, force }: Options): undefined {
  if (out !== undefined) checkNew(out, force);
  const run = readRunFolder(folder);
  const rows = epochs ? run.epochs.map((line) => epochRow(line, run)) : run.steps;
  const csv = toCsv(rows);
  if (out === undefined) output.results.write(csv);
  else {
    writeFileSync(out, csv);
    output.print(`${out}: ${plural(rows.length, "row")}`);
  }
}

type Row = Readonly<Record<string, string | number | null>> | StepLine;

function epochRow({ epoch, steps, train, evaluation }: EpochLine, { timings }: Run): Row {
  const timing = timings.find((line) => line.epoch === epoch);
  return {
    epoch,
    steps,
    trainLoss: train.loss,
    trainAccuracy: train.accuracy,
    part: evaluation?.part ?? null,
    loss: evaluation?.loss ?? null,
    accuracy: evaluation?.accuracy ?? null,
    top5: evaluation?.top5 ?? null,
    calibrationError: evaluation?.calibrationError ?? null,
    seconds: timing?.seconds ?? null,
    imagesPerSecond: timing?.imagesPerSecond ?? null,
  };
}

/** As RFC 4180, but lines end as those of Unix do. What a row lacks is empty. */
export function toCsv(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (value: unknown): string => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [columns, ...rows.map((row) => columns.map((column) => (row as Record<string, unknown>)[column]))];
  return lines.map((line) => `${line.map(cell).join(",")}\n`).join("");
}
