import type * as Inspector from "node:inspector";
import type * as Threads from "node:worker_threads";
import { GraphError } from "../error.ts";
import { importInNode } from "./import-in-node.ts";

const VARIABLE = "ORT_DISABLE_TELEMETRY";

/**
 * Turns off the telemetry of ONNX Runtime's build for Node. That build reads the process's environment when it is first
 * used; without the variable it writes a device ID and a database into the cache folder, and connects to its vendor.
 * A worker thread only has a copy of the environment, so there the main thread sets the variable.
 * @throws GraphError in a worker that cannot reach its main thread; ONNX Runtime must not be loaded then
 */
export async function disableTelemetry(): Promise<void> {
  if (process.env[VARIABLE] === "1") return;
  const { isMainThread } = await importInNode<typeof Threads>("node:worker_threads");
  if (!isMainThread) await setInMainThread().catch(explain);
  process.env[VARIABLE] = "1";
}

/** Sets the variable in the main thread by a brief interruption, even if that thread computes or waits. */
async function setInMainThread(): Promise<void> {
  const { Session } = await importInNode<typeof Inspector>("node:inspector");
  const session = new Session();
  session.connectToMainThread();
  // The inspector session alone does not keep the worker alive until the response arrives.
  const keepAlive = setInterval(() => {}, 1000);
  try {
    await new Promise<void>((resolve, reject) =>
      session.post("Runtime.evaluate", { expression: `process.env.${VARIABLE} = "1"` }, (error) =>
        error ? reject(error) : resolve(),
      ),
    );
  } finally {
    clearInterval(keepAlive);
    session.disconnect();
  }
}

function explain(error: Error): never {
  throw new GraphError(
    `compile: ONNX Runtime's telemetry cannot be turned off from this worker: ${error.message}. Start the process with ${VARIABLE}=1.`,
    { cause: error },
  );
}
