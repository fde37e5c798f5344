import { parentPort, type Transferable } from "node:worker_threads";
import { performTask } from "./image-task.ts";
import type { TaskAnswer, TaskRequest } from "./image-task-messages.ts";

parentPort?.on("message", async ({ id, task, sources }: TaskRequest) => {
  let answer: TaskAnswer;
  const transferred: Transferable[] = [];
  try {
    const outcomes = await performTask(task, sources);
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
