import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { failureToError } from "@downhill/train/files";
import { type ProcessMessage, STOP } from "./messages.ts";

/** End of a process that trains. */
export type ProcessEnd<Result> =
  | { readonly kind: "done"; readonly result: Result }
  /** Stopped on request; the work can be resumed. */
  | { readonly kind: "stopped" }
  /** The process ended without a result. */
  | { readonly kind: "died"; readonly problem: string };

/** Process in progress. */
export interface RunningProcess<Result> {
  /** Rejects with a TrainError for user errors. */
  readonly done: Promise<ProcessEnd<Result>>;
  /** Requests a stop after the current step. */
  stop(): void;
}

/**
 * Starts a process that trains. A crash in native code ends this process only.
 * @param script URL of the module of the process, which calls `answerParent`
 */
export function startProcess<Event, Result>(
  script: string,
  args: readonly string[],
  onEvent: (event: Event) => void,
): RunningProcess<Result> {
  const child = fork(fileURLToPath(script), args, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const done = new Promise<ProcessEnd<Result>>((resolve, reject) => {
    let end: ProcessEnd<Result> | Error | null = null;
    child.on("message", (message: ProcessMessage<Event, Result>) => {
      if (message.kind === "event") onEvent(message.event);
      else if (message.kind === "failure") end = failureToError(message.failure);
      else end = message.result === null ? { kind: "stopped" } : { kind: "done", result: message.result };
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
