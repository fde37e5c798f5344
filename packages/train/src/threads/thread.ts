import { Worker } from "node:worker_threads";
import { TrainError } from "../error.ts";
import type { Remedy } from "../problem.ts";
import type { RunEvent } from "../run/events.ts";
import { type Failure, failureToError } from "./failure.ts";
import type { Handle } from "./handle.ts";

/** Input of a thread. */
export interface ThreadData<Request> {
  readonly request: Request;
  /** Shared stop flag: a value other than 0 requests a stop. */
  readonly stop: Int32Array;
}

/** Message from a thread. */
export type ThreadMessage<Result> =
  | { readonly kind: "event"; readonly event: RunEvent }
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "failure"; readonly failure: Failure };

/**
 * Handles a request in a separate thread. ONNX Runtime blocks the thread it computes in; timers, signals and servers of the
 * calling thread keep working.
 * @param script module of the thread, which calls `answer`
 * @param remedies remedies for a thread that ends without a result
 * @param onExit called with the ID of the thread after it has ended
 */
export function startThread<Request, Result>(
  script: URL,
  request: Request,
  onEvent: (event: RunEvent) => void,
  remedies: readonly Remedy[],
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
      else
        reject(
          new TrainError(`the thread ended with status ${code} before its result`, { code: "thread-ended", remedies }),
        );
    });
  });
  return {
    done,
    stop: () => {
      Atomics.store(stop, 0, 1);
    },
  };
}
