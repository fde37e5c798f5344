import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { TrainError } from "../error.ts";
import { onDisk } from "../files/on-disk.ts";

/**
 * Marks a run folder as in use by this process; what a killed process left is taken over.
 * @returns what lifts the mark
 * @throws TrainError where another process that is alive has it
 */
export function lock(path: string): () => void {
  for (;;) {
    try {
      const file = onDisk(path, () => openSync(path, "wx"));
      writeSync(file, JSON.stringify({ pid: process.pid }));
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const holder = lockHolder(path);
      if (holder !== null && holder !== process.pid) {
        throw new TrainError(`${path}: process ${holder} is training this run: wait for it, or stop it with Ctrl-C`);
      }
      rmSync(path, { force: true });
    }
  }
}

/** The process that is alive and has a folder's lock; null where none has: a killed one leaves its lock behind. */
export function lockHolder(path: string): number | null {
  try {
    const { pid } = JSON.parse(readFileSync(path, "utf8")) as { pid: unknown };
    return Number.isInteger(pid) && isAlive(pid as number) ? (pid as number) : null;
  } catch {
    // It is not there, or was left half-written by a kill.
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and belongs to someone else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
