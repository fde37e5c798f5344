import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { type FixtureOptions, fixtureRun, writeFixtureRun } from "../../train/test/fixture-run.ts";

/** Returns a new folder, which is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "downhill-lab-")));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a fictitious finished run; with `steps`, one that was stopped after so many steps. */
export function writeRun(folder: string, options: FixtureOptions & { readonly steps?: number } = {}): string {
  const run = fixtureRun({ stepsPerEpoch: 40, epochs: 3, ...options });
  const { steps } = options;
  const part =
    steps === undefined
      ? run
      : {
          ...run,
          result: null,
          steps: run.steps.slice(0, steps),
          epochs: run.epochs.filter((epoch) => epoch.steps <= steps),
        };
  mkdirSync(folder, { recursive: true });
  writeFixtureRun(folder, part);
  return folder;
}

/** Marks a run as running by this process. */
export const writeLock = (folder: string): void =>
  writeFileSync(join(folder, "lock.json"), JSON.stringify({ pid: process.pid }));

/** Line of a step as the trainer writes it. */
export const stepLine = (step: number, loss: number | null, rest: object = {}): string =>
  `${JSON.stringify({ step, epoch: 0, loss, accuracy: 0.5, batchSize: 32, ...rest })}\n`;
