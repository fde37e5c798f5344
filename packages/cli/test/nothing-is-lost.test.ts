import { spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomAt, randomKey } from "@downhill/optim/random";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeIdx } from "./support/data.ts";
import { COMMAND } from "./support/downhill.ts";

const folder = mkdtempSync(join(tmpdir(), "downhill-lost-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A run of a second or two that writes a checkpoint in nearly every step: momentum, averages, batches that grow, and all that is random. */
const SETTINGS = [
  ...["--model", "mlp", "--epochs", "3", "--batch-size", "50"],
  ...["--augment", "crop,cutout,mixup", "--ema", "0.9", "--lookahead", "--order", "easy-first"],
  ...["--batch-schedule", '{"kind":"step","stepSize":1,"gamma":1.5}', "--weight-decay", '{"kind":"linear"}'],
  ...["--schedule", "plateau", "--lr", "0.05", "--threads", "1", "--seed", "7", "--checkpoint-seconds", "0.01"],
];

const downhill = (...args: string[]) => spawnSync(process.execPath, [COMMAND, ...args], { encoding: "utf8" });

const contents = (run: string) => ({
  metrics: readFileSync(join(run, "metrics.ndjson"), "utf8"),
  weights: readFileSync(join(run, "model.safetensors")).toString("base64"),
});

const data = makeIdx(join(folder, "digits"), { train: 1000, test: 200 });
const whole = join(folder, "whole");

describe("nothing is lost", () => {
  /** Milliseconds from the start of a whole training to the end of its process. */
  let length = 0;

  beforeAll(async () => {
    ({ length } = await killAfter(["train", data, ...SETTINGS, "--out", whole, "--json"], 180_000));
  }, 180_000);

  test("killed at 12 moments or more, then resumed: the same metrics and weights, bit for bit", async () => {
    const moment = randomKey(20_261_125, 0, "kill");
    let kills = 0;
    for (let attempt = 0; kills < 12; attempt++) {
      const run = join(folder, `killed-${attempt}`);
      let begun = false;
      let killsOfRun = 0;
      for (let finished = false; !finished; ) {
        const args = begun ? ["train", "--resume", run] : ["train", data, ...SETTINGS, "--out", run];
        // Until it has read its data a run has nothing to lose: the moments are spread over what comes then, training and
        // the report. The more often a run was killed, the longer it may live: on a slow machine it would never end.
        const longest = length * (1 + killsOfRun / 5);
        const { killed } = await killAfter([...args, "--json"], longest * randomAt(kills, moment, attempt));
        if (killed) [kills, killsOfRun] = [kills + 1, killsOfRun + 1];
        finished = !killed;
        begun = existsSync(join(run, "run.json"));
        // Killed before it had begun: the folder is there, and has nothing in it that could be lost.
        if (!begun) rmSync(run, { recursive: true, force: true });
      }
      expect(contents(run)).toEqual(contents(whole));
      expect(readdirSync(join(run, "checkpoints")).filter((name) => name.endsWith(".unfinished"))).toEqual([]);
    }
  }, 900_000);

  test("a cut or changed checkpoint is skipped for the one before it, and named", () => {
    const run = join(folder, "damaged");
    cpSync(whole, run, { recursive: true });
    rmSync(join(run, "result.json"));
    const checkpoints = join(run, "checkpoints");
    const newest = readdirSync(checkpoints)
      .filter((name) => /^step-\d+\.safetensors$/.test(name))
      .sort()
      .at(-1) as string;
    const path = join(checkpoints, newest);
    writeFileSync(path, readFileSync(path).subarray(0, 1000));
    const { status, stderr } = downhill("train", "--resume", run);
    expect(status).toBe(0);
    expect(stderr).toContain(newest.replace(".safetensors", ".json"));
    expect(stderr).toContain("the hash of its tensors differs");
    expect(contents(run)).toEqual(contents(whole));
  }, 180_000);

  test("lines that were written after the last checkpoint are written again, and not twice", () => {
    const run = join(folder, "lines");
    cpSync(whole, run, { recursive: true });
    rmSync(join(run, "result.json"));
    appendFileSync(join(run, "metrics.ndjson"), '{"step":61,"epoch":3,"loss":0.1}\n{"step":');
    expect(downhill("train", "--resume", run).status).toBe(0);
    expect(contents(run)).toEqual(contents(whole));
  }, 180_000);

  test("a full disk stops the run with a message, and leaves the last checkpoint whole", ({ skip }) => {
    const disk = mkdtempSync(join(folder, "disk-"));
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=12m", "tmpfs", disk]);
    if (mounted.status !== 0) skip("a disk of 12 MB needs root on Linux, to mount it");
    try {
      const run = join(disk, "run");
      const filler = join(disk, "filler");
      // Room for two checkpoints and not for more.
      writeFileSync(filler, new Uint8Array(4 * 2 ** 20));
      const { status, stderr } = downhill("train", data, ...SETTINGS, "--out", run);
      expect(status).toBe(1);
      expect(stderr).toContain("the disk is full. Free some space");
      expect(stderr).not.toContain("    at ");
      rmSync(filler);
      expect(downhill("train", "--resume", run).status).toBe(0);
      expect(contents(run)).toEqual(contents(whole));
    } finally {
      spawnSync("umount", [disk]);
    }
  }, 180_000);
});

/**
 * Kills a command some milliseconds after its training began.
 * @returns false for `killed` if it had ended before, and the time from there to its end
 */
function killAfter(
  args: readonly string[],
  milliseconds: number,
): Promise<{ readonly killed: boolean; readonly length: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let errors = "";
    let timer: NodeJS.Timeout | undefined;
    let began = 0;
    child.stderr.on("data", (data) => {
      errors += data;
    });
    let output = "";
    child.stdout.on("data", (data) => {
      output += data;
      if (timer !== undefined || !output.includes('"event":"start"')) return;
      began = performance.now();
      timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
    });
    child.on("exit", (status, signal) => {
      clearTimeout(timer);
      const length = performance.now() - began;
      if (signal === "SIGKILL" || status === 0) resolve({ killed: status !== 0, length });
      else reject(new Error(`ended with ${status}: ${errors}`));
    });
  });
}
