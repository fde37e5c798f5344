import { type SpawnSyncOptions, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

/** The built command. */
export const COMMAND = fileURLToPath(new URL("../../bin/downhill.js", import.meta.url));

/** What the command is given besides its arguments: no colours and no names of the machine that tests run on. */
const environment = (env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => {
  const { NO_COLOR, FORCE_COLOR, npm_command, ...rest } = process.env;
  return { ...rest, LANG: "C.UTF-8", ...env };
};

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in a folder until it ends. */
export function downhill(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Ended {
  const options: SpawnSyncOptions = { cwd, env: environment(env), stdio: ["ignore", "pipe", "pipe"], timeout: 60_000 };
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { ...options, encoding: "utf8" });
  return { status, stdout, stderr };
}

/** A command that goes on: what it writes, and when it ends. */
export interface Running {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Goes away from the standard output, as `head` does. */
  closeOutput(): void;
  /** Waits until the standard output or error holds the text. */
  waitFor(text: string): Promise<void>;
  readonly ended: Promise<Ended & { readonly signal: NodeJS.Signals | null }>;
}

export function start(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd,
    env: environment(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      said[stream] += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<Ended & { readonly signal: NodeJS.Signals | null }>((resolve) => {
    child.on("close", (status, signal) => resolve({ status, signal, ...said }));
  });
  return {
    pid: child.pid as number,
    closeOutput: () => void child.stdout.destroy(),
    kill: (signal) => void child.kill(signal),
    waitFor: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!said.stdout.includes(text) && !said.stderr.includes(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        ended.then(() => reject(new Error(`it ended without "${text}": ${said.stdout}${said.stderr}`)));
      }),
    ended,
  };
}

/** A folder of the test's own, which goes with it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "downhill-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);
  return folder;
}
