import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { COMMAND } from "./support/downhill.ts";

const script = fileURLToPath(new URL("../../../scripts/kills.mjs", import.meta.url));

test("killed at random moments, with another tuning cache each time: no difference, and no dead end", () => {
  const args = [script, "--count", "8", "--seed", "1", "--built", "--command", COMMAND];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
  const { kills, differences, deadEnds } = JSON.parse(stdout);
  expect({ differences, deadEnds }).toEqual({ differences: 0, deadEnds: 0 });
  expect(kills).toBeGreaterThanOrEqual(8);
}, 600_000);
