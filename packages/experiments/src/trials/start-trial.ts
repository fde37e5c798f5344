import type { RunEvent } from "@downhill/train";
import type { Outcome } from "../comparison/outcome.ts";
import { type RunningProcess, startProcess } from "./start-process.ts";

/** Starts a trial of a comparison in a process of its own. */
export const startTrial = (
  folder: string,
  index: number,
  onEvent: (event: RunEvent) => void,
): RunningProcess<Outcome> =>
  startProcess(new URL("./trial-process.js", import.meta.url).href, [folder, String(index)], onEvent);
