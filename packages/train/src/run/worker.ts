import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { RunEvent } from "./events.ts";
import { execute, type RunRequest } from "./execute.ts";
import { describeFailure } from "./failure.ts";

/** What the thread of a run is given. */
export interface WorkerData {
  readonly request: RunRequest;
  /** One number, shared: not 0 asks the run to stop. */
  readonly stop: Int32Array;
}

const { request, stop } = workerData as WorkerData;
const port = parentPort as MessagePort;
const emit = (event: RunEvent): void => port.postMessage(event);
try {
  const result = await execute(request, { emit, shouldStop: () => Atomics.load(stop, 0) !== 0 });
  emit({ kind: "result", result });
} catch (error) {
  port.postMessage({ kind: "failure", failure: describeFailure(error) });
}
