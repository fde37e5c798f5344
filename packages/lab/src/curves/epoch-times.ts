import { readFileSync } from "node:fs";

/** Duration of the training steps of each epoch, in seconds, and the speed of the last one. */
export interface EpochTimes {
  readonly seconds: readonly number[];
  readonly imagesPerSecond: number | null;
}

/** Reads the durations of the epochs of a run. Epochs without a line have no duration. */
export function readEpochTimes(path: string): EpochTimes {
  const seconds: number[] = [];
  let imagesPerSecond: number | null = null;
  for (const line of linesOf(path)) {
    const timing = parse(line);
    if (timing === null || typeof timing.epoch !== "number" || typeof timing.seconds !== "number") continue;
    if (!Number.isSafeInteger(timing.epoch) || timing.epoch < 0 || timing.epoch > MOST_EPOCHS) continue;
    seconds[timing.epoch] = timing.seconds;
    imagesPerSecond = typeof timing.imagesPerSecond === "number" ? timing.imagesPerSecond : null;
  }
  return { seconds: Array.from(seconds, (value) => value ?? Number.NaN), imagesPerSecond };
}

/** A damaged file cannot make a list of any length. */
const MOST_EPOCHS = 1_000_000;

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    return [];
  }
}

function parse(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line) as Record<string, unknown> | null;
  } catch {
    return null;
  }
}
