import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { RunEvent } from "@downhill/train";
import { failureToError } from "@downhill/train/files";
import type { Outcome } from "../comparison/outcome.ts";
import { STOP, type TrialMessage } from "./messages.ts";

/** Result of the process of a trial. */
export type TrialEnd =
  | { readonly kind: "done"; readonly outcome: Outcome }
  /** Stopped on request; the trial can be resumed. */
  | { readonly kind: "stopped" }
  /** The process ended without a result. */
  | { readonly kind: "died"; readonly problem: string };

/** Trial in progress in a process of its own. */
export interface RunningTrial {
  /** Rejects with a TrainError for user errors. */
  readonly done: Promise<TrialEnd>;
  stop(): void;
}

/** Starts a trial of a comparison in a process of its own. */
export function startTrial(folder: string, index: number, onEvent: (event: RunEvent) => void): RunningTrial {
  const script = fileURLToPath(new URL("./trial-process.js", import.meta.url));
  const child = fork(script, [folder, String(index)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const done = new Promise<TrialEnd>((resolve, reject) => {
    let end: TrialEnd | Error | null = null;
    child.on("message", (message: TrialMessage) => {
      if (message.kind === "event") onEvent(message.event);
      else if (message.kind === "failure") end = failureToError(message.failure);
      else end = message.outcome ? { kind: "done", outcome: message.outcome } : { kind: "stopped" };
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (end instanceof Error) reject(end);
      else {
        const why = signal === null ? `with status ${code}` : `by the signal ${signal}`;
        resolve(end ?? { kind: "died", problem: `its process ended ${why} before its result` });
      }
    });
  });
  return {
    done,
    stop: () => {
      if (child.connected) child.send(STOP);
    },
  };
}
