import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { COMMAND, type Ended, environment } from "./downhill.ts";

interface CommandModule {
  main(args: readonly string[], streams: object): Promise<void>;
}

// The command's name in its messages is read when its modules are loaded.
delete process.env.npm_command;
const { main }: CommandModule = await import(pathToFileURL(join(dirname(COMMAND), "main.js")).href);

/**
 * Runs the built command in a folder, in the test's process, which saves the start of another one. Signals, terminals and
 * all else that belongs to a process need `downhill`. One command at a time.
 */
export async function inProcess(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const printed = Promise.all([text(stdout), text(stderr)]);
  const before = { cwd: process.cwd(), exitCode: process.exitCode, exits: process.listeners("exit") };
  const variables = Object.keys(env).map((name) => [name, process.env[name]] as const);
  process.chdir(cwd);
  process.exitCode = undefined;
  Object.assign(process.env, env);
  try {
    await main(args, { stdout, stderr, env: environment(env) });
    const status = Number(process.exitCode ?? 0);
    endLikeProcess(status, before.exits);
    stdout.end();
    stderr.end();
    const [results, progress] = await printed;
    return { status, stdout: results, stderr: progress };
  } finally {
    for (const [name, value] of variables) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    process.exitCode = before.exitCode;
    process.chdir(before.cwd);
  }
}

/** Calls the exit listeners that a command has added, such as one that removes an unused folder. */
function endLikeProcess(status: number, before: readonly NodeJS.ExitListener[]): void {
  for (const listener of process.listeners("exit")) {
    if (before.includes(listener)) continue;
    process.off("exit", listener);
    listener.call(process, status);
  }
}
