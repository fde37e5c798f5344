import { Worker } from "node:worker_threads";
import { TrainError } from "../error.ts";
import type { RunEvent } from "./events.ts";
import type { RunRequest } from "./execute.ts";
import { type Failure, failureToError } from "./failure.ts";
import type { RunResult } from "./result.ts";
import type { WorkerData } from "./worker.ts";

/** A run under way in a thread of its own. */
export interface RunHandle {
  /** What it came to. Rejects with a TrainError for what the user can mend. */
  readonly done: Promise<RunResult>;
  /** Asks it to save and end after the step under way. */
  stop(): void;
}

/**
 * Does a run in a thread of its own: ONNX Runtime blocks the thread it computes in, and here timers, signals and servers
 * stay alive.
 * @param onEvent told of all that happens, in order
 * @example
 * const run = startRun({ kind: "new", given: { data: "sample" }, folder: "runs/first", command: "" }, console.log);
 * const { accuracy } = await run.done;
 */
export function startRun(request: RunRequest, onEvent: (event: RunEvent) => void = () => {}): RunHandle {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const workerData: WorkerData = { request, stop };
  const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData });
  const done = new Promise<RunResult>((resolve, reject) => {
    let result: RunResult | undefined;
    worker.on("message", (message: RunEvent | { readonly kind: "failure"; readonly failure: Failure }) => {
      if (message.kind === "failure") return reject(failureToError(message.failure));
      if (message.kind === "result") result = message.result;
      onEvent(message);
    });
    worker.on("error", reject);
    worker.on("exit", (code) =>
      result
        ? resolve(result)
        : reject(new TrainError(`the run's thread ended with ${code} before its result: begin again with --resume`)),
    );
  });
  return {
    done,
    stop: () => {
      Atomics.store(stop, 0, 1);
    },
  };
}
