import { parentPort, type Transferable } from "node:worker_threads";
import { keepPool } from "../pool/keep-pool.ts";
import { performTask } from "./image-task.ts";
import type { KeepRequest, TaskAnswer, TaskRequest } from "./image-task-messages.ts";

parentPort?.on("message", async (request: TaskRequest | KeepRequest) => {
  const { id } = request;
  if ("pool" in request) {
    parentPort?.postMessage({ id, note: keepPool(request.pool) } satisfies TaskAnswer);
    return;
  }
  let answer: TaskAnswer;
  const transferred: Transferable[] = [];
  try {
    const outcomes = await performTask(request.task, request.sources);
    for (const outcome of outcomes) {
      if (outcome.kind !== "done") continue;
      const image = "image" in outcome.result ? outcome.result.image : outcome.result;
      if ("pixels" in image && image.pixels) transferred.push(image.pixels.buffer as ArrayBuffer);
    }
    answer = { id, outcomes };
  } catch (error) {
    answer = { id, error };
  }
  parentPort?.postMessage(answer, transferred);
});
