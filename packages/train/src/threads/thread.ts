import { Worker } from "node:worker_threads";
import { TrainError } from "../error.ts";
import type { RunEvent } from "../run/events.ts";
import { type Failure, failureToError } from "./failure.ts";

/** What a thread is given. */
export interface ThreadData<Request> {
  readonly request: Request;
  /** One number, shared: not 0 asks it to stop. */
  readonly stop: Int32Array;
}

/** What a thread tells. */
export type ThreadMessage<Result> =
  | { readonly kind: "event"; readonly event: RunEvent }
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "failure"; readonly failure: Failure };

/** Something under way in a thread of its own. */
export interface Handle<Result> {
  /** What it came to. Rejects with a TrainError for what the user can mend. */
  readonly done: Promise<Result>;
  /** Asks it to end after the step under way. */
  stop(): void;
}

/**
 * Does a request in a thread of its own: ONNX Runtime blocks the thread it computes in, and here timers, signals and
 * servers stay alive.
 * @param script what the thread runs; it answers as `answer` does
 * @param ended what to do where the thread ends without a word, for the error
 * @param onExit called with the thread's number when it has ended
 */
export function startThread<Request, Result>(
  script: URL,
  request: Request,
  onEvent: (event: RunEvent) => void,
  ended: string,
  onExit: (thread: number) => void = () => {},
): Handle<Result> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const workerData: ThreadData<Request> = { request, stop };
  const worker = new Worker(script, { workerData });
  const { threadId } = worker;
  const done = new Promise<Result>((resolve, reject) => {
    let result: { readonly value: Result } | undefined;
    worker.on("message", (message: ThreadMessage<Result>) => {
      if (message.kind === "failure") reject(failureToError(message.failure));
      else if (message.kind === "done") result = { value: message.result };
      else onEvent(message.event);
    });
    worker.on("error", reject);
    worker.on("exit", (code) => {
      onExit(threadId);
      if (result) resolve(result.value);
      else reject(new TrainError(`the thread ended with ${code} before its result: ${ended}`));
    });
  });
  return {
    done,
    stop: () => {
      Atomics.store(stop, 0, 1);
    },
  };
}
