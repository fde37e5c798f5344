import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readWeights } from "../checkpoints/weights-file.ts";
import { onDisk } from "../files/on-disk.ts";
import { runPaths } from "./paths.ts";

/** Weights that a run had after a number of steps. */
export interface Snapshot {
  /** Number of steps; 0 for the initial weights. */
  readonly step: number;
  /**
   * Reads parameters and buffers by name.
   * @throws TrainError if the file is unreadable or damaged
   */
  read(): Record<string, Float32Array>;
}

/** Names of the files of snapshots. */
export const SNAPSHOT_FILE = /^step-(\d{8,})\.safetensors$/;

/** Returns the name of the file of a snapshot. */
export const snapshotFile = (step: number): string => `step-${String(step).padStart(8, "0")}.safetensors`;

/** Returns the snapshots of a run in the order of their steps; none if the run was started without the setting `snapshots`. */
export function listSnapshots(folder: string): Snapshot[] {
  const { snapshots } = runPaths(folder);
  return onDisk(snapshots, () => namesIn(snapshots))
    .flatMap((name) => SNAPSHOT_FILE.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
    .map((step) => ({ step, read: () => readWeights(join(snapshots, snapshotFile(step))) }));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
