import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { NoiseOutcome } from "./noise.ts";

/** Measurement of a noise scale in progress. */
export interface RunningNoise {
  /** Resolves with null if it was stopped. */
  readonly done: Promise<NoiseOutcome | null>;
  /** Ends the process. The measurement starts again when the advice is resumed. */
  stop(): void;
}

/** Starts the measurement of the noise scale at the weights of a run, in a process of its own. */
export function startNoise(run: string): RunningNoise {
  const script = fileURLToPath(new URL("./noise-process.js", import.meta.url));
  const child = fork(script, [run], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  let isStopped = false;
  const done = new Promise<NoiseOutcome | null>((resolve, reject) => {
    let outcome: NoiseOutcome | null = null;
    child.on("message", (message: NoiseOutcome) => {
      outcome = message;
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (isStopped) resolve(null);
      else {
        const why = signal === null ? `with status ${code}` : `by the signal ${signal}`;
        const problem = `its process ended ${why} before its result`;
        resolve(outcome ?? { measured: null, elapsed: 0, problem });
      }
    });
  });
  return {
    done,
    stop: () => {
      isStopped = true;
      child.kill("SIGKILL");
    },
  };
}
