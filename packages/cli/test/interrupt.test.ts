import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { makeIdx } from "./support/data.ts";
import { downhill, start, temporaryFolder } from "./support/downhill.ts";

vi.setConfig({ testTimeout: 300_000 });
const folder = temporaryFolder();
makeIdx(join(folder, "digits"));
/** Some minutes, unless it is stopped. */
const LONG = ["train", "digits", "--model", "mlp", "--epochs", "5000", "--batch-size", "20", "--threads", "1"];

const checkpoints = (run: string): string[] => readdirSync(join(folder, run, "checkpoints"));

describe.skipIf(process.platform === "win32")("a training that is stopped", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("by %s is saved, ends with status %i and can be resumed", async (signal, expected) => {
    const name = `runs/${signal}`;
    const run = start(folder, [...LONG, "--out", name]);
    await run.waitFor("epoch    2/5000");
    run.kill(signal);
    const { status, stdout, stderr } = await run.ended;
    expect(status).toBe(expected);
    expect(stderr).toContain("Stopping after this step and saving the run. Press Ctrl-C again to end at once.\n");
    expect(stderr).not.toContain("    at ");
    expect(stdout).toMatch(/^Stopped after step [\d,]+ of 30,000\. The run is saved\.\n/);
    expect(stdout).toContain(`resume  downhill train --resume ${name}\n`);
    expect(checkpoints(name)).not.toEqual([]);
    expect(existsSync(join(folder, name, "lock.json"))).toBe(false);

    const steps = Number(/after step ([\d,]+) of/.exec(stdout)?.[1]?.replaceAll(",", ""));
    const again = start(folder, ["train", "--resume", name, "--json"]);
    await again.waitFor('"event":"epoch"');
    again.kill("SIGINT");
    const events = (await again.ended).stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.find(({ event }) => event === "start").step).toBe(steps);
    expect(events.at(-1)).toMatchObject({ event: "result", status: "stopped", accuracy: null, run: name });
    expect(events.at(-1).steps).toBeGreaterThan(steps);
  });

  test("twice ends at once, and keeps what was saved", async () => {
    // One step an epoch, which takes long enough for a second Ctrl-C.
    const slow = [
      ...["train", "digits", "--model", "wide-resnet-16-4", "--train-limit", "60", "--test-limit", "6"],
      ...["--epochs", "50", "--batch-size", "all", "--threads", "1", "--no-tune"],
    ];
    const run = start(folder, [...slow, "--out", "runs/twice"]);
    await run.waitFor("epoch  2/50");
    run.kill("SIGINT");
    await run.waitFor("Press Ctrl-C again to end at once");
    run.kill("SIGINT");
    // By the signal itself, which shells show as 130.
    const { signal, stderr } = await run.ended;
    expect(signal).toBe("SIGINT");
    expect(stderr).not.toContain("    at ");
    expect(checkpoints("runs/twice")).not.toEqual([]);
  });

  test("before its first step leaves nothing behind", async () => {
    const own = temporaryFolder();
    // A model that takes a while to compile.
    const run = start(own, ["train", join(folder, "digits"), "--model", "resnet110"]);
    await run.waitFor("reading");
    run.kill("SIGINT");
    const { signal, stderr } = await run.ended;
    expect(signal).toBe("SIGINT");
    expect(stderr).not.toContain("    at ");
    expect(readdirSync(own)).toEqual([]);
  });
});

test("a run that another process trains is not resumed", async () => {
  const run = start(folder, [...LONG, "--out", "runs/busy"]);
  await run.waitFor("epoch    2/5000");
  const { status, stderr } = downhill(folder, ["train", "--resume", "runs/busy"]);
  run.kill("SIGTERM");
  await run.ended;
  expect(status).toBe(1);
  expect(stderr).toContain(`process ${run.pid} is training this run. Wait for it to end, or stop it with Ctrl-C`);
});
