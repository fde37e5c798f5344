import type { RunEvent } from "@downhill/train";
import { describeFailure } from "@downhill/train/files";
import { executeTrial } from "./execute-trial.ts";
import { STOP, type TrialMessage } from "./messages.ts";

// The process of one trial: node trial-process.js FOLDER INDEX. A crash in native code ends this trial only.
const [folder = "", index = ""] = process.argv.slice(2);
let stopped = false;
process.on("message", (message) => {
  if (message === STOP) stopped = true;
});
// At the end of this trial; or the comparison was killed, and this trial must not compete with its resumption.
process.on("disconnect", () => process.exit());
if (process.connected === false) process.exit();
// A terminal sends Ctrl-C to all processes; the comparison decides when trials stop.
process.on("SIGINT", () => {});
// With a callback, a message after the comparison was killed is no error.
const send = (message: TrialMessage): void => void process.send?.(message, undefined, undefined, () => {});
try {
  const control = { emit: (event: RunEvent) => send({ kind: "event", event }), shouldStop: () => stopped };
  const outcome = await executeTrial(folder, Number(index), control, 0);
  send({ kind: "done", outcome });
} catch (error) {
  send({ kind: "failure", failure: describeFailure(error) });
}
if (process.connected) process.disconnect();
