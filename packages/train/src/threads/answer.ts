import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { RunControl } from "../run/control.ts";
import { describeFailure } from "./failure.ts";
import type { ThreadData, ThreadMessage } from "./thread.ts";

/** Handles the request of a thread started by `startThread` and sends the result. */
export async function answer<Request, Result>(
  work: (request: Request, control: RunControl) => Promise<Result>,
): Promise<void> {
  const { request, stop } = workerData as ThreadData<Request>;
  const send = (message: ThreadMessage<Result>): void => (parentPort as MessagePort).postMessage(message);
  try {
    const result = await work(request, {
      emit: (event) => send({ kind: "event", event }),
      shouldStop: () => Atomics.load(stop, 0) !== 0,
    });
    send({ kind: "done", result });
  } catch (error) {
    send({ kind: "failure", failure: describeFailure(error) });
  }
}
