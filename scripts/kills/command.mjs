import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Path of the built command. */
export const BUILT = fileURLToPath(new URL("../../packages/cli/bin/downhill.js", import.meta.url));

/** The events of a run after which it may be killed, besides the start of its process. */
export const MOMENTS = ["spawn", "finding", "start", "epoch", "finishing"];

/**
 * Runs the command, and kills it a delay after a moment unless it has exited by then.
 * @param kill { moment, delay } in milliseconds; without it the command is not killed
 * @param command path of the command
 * @returns `sent` resolves to true once the kill is sent, or to false once the command has exited; `ended` resolves to its status and errors
 */
export function runCommand(args, cache, kill, command = BUILT) {
  const child = spawn(process.execPath, [command, ...args, "--json"], {
    env: { ...process.env, XDG_CACHE_HOME: cache },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [output, errors] = ["", ""];
  let timer;
  let killed = false;
  let go;
  const sent = new Promise((resolve) => {
    go = resolve;
  });
  const look = () => {
    if (!kill || timer || !(kill.moment === "spawn" || output.includes(`"event":"${kill.moment}"`))) return;
    timer = setTimeout(() => {
      killed = child.kill("SIGKILL");
      go(killed);
    }, kill.delay);
  };
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
    look();
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  look();
  const ended = new Promise((resolve) => {
    child.on("close", (status, signal) => {
      clearTimeout(timer);
      go(false);
      resolve({ status, killed: killed && signal === "SIGKILL", errors });
    });
  });
  return { sent, ended };
}
