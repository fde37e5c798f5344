import { spawnSync } from "node:child_process";
import { expect } from "vitest";

/** Runs a program as in the user's shell, without the variables that `npm test` adds to the environment. Returns its output. */
export function runInShell(cwd: string, program: string, ...args: readonly string[]): string {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(?!config_registry)/.test(name)),
  );
  const options = { cwd, env: { ...env, NO_COLOR: "1" }, encoding: "utf8", timeout: 300_000 } as const;
  const { status, stdout, stderr } = spawnSync(program, args, options);
  expect(status, `${program} ${args.join(" ")}: ${stdout}${stderr}`).toBe(0);
  return stdout;
}
