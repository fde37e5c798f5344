import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../packages/cli/bin/downhill.js", import.meta.url));

/** Runs the built command line with arguments that include `--json`. Returns its last output. */
export const downhill = (...args) => lastLine(process.execPath, [program, ...args]);

/** Runs a command. Returns its last line of output as JSON. */
export function lastLine(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, OMP_NUM_THREADS: String(availableParallelism()) },
    });
    let output = "";
    child.stdout.on("data", (data) => {
      output += data;
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      if (code === 0) resolve(JSON.parse(output.trim().split("\n").at(-1)));
      else reject(new Error(`${command} ${args.join(" ")} ended with ${code}`));
    });
  });
}
