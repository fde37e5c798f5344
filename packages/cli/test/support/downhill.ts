import { type SpawnSyncOptions, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, inject } from "vitest";

/** The built command. */
export const BUILT = fileURLToPath(new URL("../../bin/downhill.js", import.meta.url));

/** The built command in one file, which starts faster. */
export const COMMAND = inject("command");

/** Returns the environment of a command, without settings of colors and of npm from the test's own environment. */
export const environment = (env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => {
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
  const options: SpawnSyncOptions = { cwd, env: environment(env), stdio: ["ignore", "pipe", "pipe"], timeout: 200_000 };
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { ...options, encoding: "utf8" });
  return { status, stdout, stderr };
}

/** Running command. */
export interface Running {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Closes the standard output, as `head` does. */
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
  const output = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      output[stream] += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<Ended & { readonly signal: NodeJS.Signals | null }>((resolve) => {
    child.on("close", (status, signal) => resolve({ status, signal, ...output }));
  });
  return {
    pid: child.pid as number,
    closeOutput: () => void child.stdout.destroy(),
    kill: (signal) => void child.kill(signal),
    waitFor: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!output.stdout.includes(text) && !output.stderr.includes(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        ended.then(() => reject(new Error(`it ended without "${text}": ${output.stdout}${output.stderr}`)));
      }),
    ended,
  };
}

/** Creates a folder that is removed after the tests of a file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "downhill-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);
  return folder;
}
