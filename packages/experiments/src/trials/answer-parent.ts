import { describeFailure } from "@downhill/train/files";
import { type ProcessMessage, STOP } from "./messages.ts";

/** Event output and stop request of a process. */
interface ProcessControl<Event> {
  readonly emit: (event: Event) => void;
  readonly shouldStop: () => boolean;
}

/**
 * Does the work of a process started by `startProcess` and sends the result. The process ends with the one that started it.
 * @param work returns null if it is stopped on request
 */
export async function answerParent<Event, Result>(
  work: (control: ProcessControl<Event>) => Promise<Result | null>,
): Promise<void> {
  let stopped = false;
  process.on("message", (message) => {
    if (message === STOP) stopped = true;
  });
  // At the end of the work; or the parent was killed, and this process must not compete with its resumption.
  process.on("disconnect", () => process.exit());
  if (process.connected === false) process.exit();
  // A terminal sends Ctrl-C to all processes; the parent decides when this one stops.
  process.on("SIGINT", () => {});
  // With a callback, a message after the parent was killed is no error.
  const send = (message: ProcessMessage<Event, Result>): void =>
    void process.send?.(message, undefined, undefined, () => {});
  try {
    const result = await work({ emit: (event) => send({ kind: "event", event }), shouldStop: () => stopped });
    send({ kind: "done", result });
  } catch (error) {
    send({ kind: "failure", failure: describeFailure(error) });
  }
  if (process.connected) process.disconnect();
}
