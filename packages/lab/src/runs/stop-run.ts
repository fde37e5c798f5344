import { hostname } from "node:os";
import { runPaths } from "@downhill/train";
import { lockOwner } from "@downhill/train/files";
import { Refusal, runFolder } from "./run-place.ts";

/**
 * Interrupts the process that trains a run, as Ctrl-C in its terminal does. The training saves its state and ends.
 * @throws Refusal if no process on this computer trains the run
 */
export function stopRun(root: string, id: string, interrupt = signal): void {
  const owner = lockOwner(runPaths(runFolder(root, id)).lock);
  if (owner === null) throw new Refusal("No process trains this run.");
  if (owner.host !== undefined && owner.host !== hostname()) {
    throw new Refusal(`The run is trained on the computer ${owner.host}. Stop it there.`);
  }
  interrupt(owner.pid);
}

const signal = (pid: number): void => {
  process.kill(pid, "SIGINT");
};
