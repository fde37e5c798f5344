import { describeFailure } from "@downhill/train/files";
import { measureNoise, type NoiseOutcome } from "./noise.ts";

// The process that measures a noise scale: node noise-process.js RUN. It sends a NoiseOutcome.
const [run = ""] = process.argv.slice(2);
process.on("disconnect", () => process.exit());
if (process.connected === false) process.exit();
// A terminal sends Ctrl-C to all processes; the advice decides when it stops.
process.on("SIGINT", () => {});
const send = (outcome: Omit<NoiseOutcome, "elapsed">): void => {
  const elapsed = performance.now() / 1000;
  process.send?.({ ...outcome, elapsed }, undefined, undefined, () => process.disconnect?.());
};
try {
  send({ measured: await measureNoise(run), problem: null });
} catch (error) {
  send({ measured: null, problem: describeFailure(error).message });
}
