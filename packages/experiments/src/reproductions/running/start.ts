import type { Handle } from "@downhill/train";
import { TrainError } from "@downhill/train";
import { startProcess } from "../../trials/start-process.ts";
import type { ReproductionEvent } from "./events.ts";
import type { ReproductionRequest, ReproductionResult } from "./execute.ts";

/**
 * Starts or resumes a reproduction that trains, in a process of its own. See {@link executeReproduction}.
 * @param onEvent called with all events in order
 * @example
 * const request = { kind: "new", name: "sgdr", folder: "runs/sgdr", quick: true } as const;
 * console.log((await startReproduction(request).done)?.claims);
 */
export function startReproduction(
  request: ReproductionRequest,
  onEvent: (event: ReproductionEvent) => void = () => {},
): Handle<ReproductionResult | null> {
  const script = new URL("./reproduction-process.js", import.meta.url).href;
  const process = startProcess<ReproductionEvent, ReproductionResult>(script, [JSON.stringify(request)], onEvent);
  const done = process.done.then((end) => {
    if (end.kind === "done") return end.result;
    if (end.kind === "stopped") return null;
    throw new TrainError(`${request.folder}: ${end.problem}`, {
      code: "thread-ended",
      remedies: [{ act: "resume the reproduction" }],
    });
  });
  return { done, stop: process.stop };
}
