import { spawnSync } from "node:child_process";

/** Returns the arguments that a shell passes to `downhill` or `npx downhill` for each of these lines. */
export function argumentsOf(lines: string): string[][] {
  const script = `npx() { shift; downhill "$@"; }; downhill() { printf '%s\\0' "$@"; printf '\\n\\0'; }\n${lines}`;
  const { status, stdout, stderr } = spawnSync("sh", ["-e", "-c", script], { encoding: "utf8" });
  if (status !== 0 || stderr !== "") throw new Error(`${lines}: ${stderr}`);
  return stdout
    .split("\n\0")
    .slice(0, -1)
    .map((line) => line.split("\0").slice(0, -1));
}
