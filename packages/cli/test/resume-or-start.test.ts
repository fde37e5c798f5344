import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { makeIdx } from "./support/data.ts";
import { start, temporaryFolder } from "./support/downhill.ts";
import { inProcess } from "./support/in-process.ts";

vi.setConfig({ testTimeout: 300_000 });
const folder = temporaryFolder();
makeIdx(join(folder, "digits"));
const QUICK = ["train", "digits", "--model", "mlp", "--epochs", "2", "--batch-size", "20", "--threads", "1"];
const at = (...names: string[]): string => join(folder, ...names);
const QUEUED = (out: string): string[] => [...QUICK, "--out", out, "--resume-or-start"];

/** Lock of a process that a kill ended before the run's first step. */
const DEAD = JSON.stringify({ pid: 2 ** 22 + 1 });
const LEFT: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["a lock of a process that has ended", { "lock.json": DEAD }],
  ["a lock that was never written", { "lock.json": "" }],
  ["files that are not whole", { "lock.json": DEAD, "run.json.unfinished": "{", "lock.json.1-1.unfinished": "" }],
  ["nothing", {}],
];

describe.each(LEFT)("a run of which a kill before its first step left %s", (what, files) => {
  const name = `left-${what.replaceAll(" ", "-")}`;
  const leave = (): string => {
    rmSync(at(name), { recursive: true, force: true });
    mkdirSync(at(name));
    for (const [file, contents] of Object.entries(files)) writeFileSync(at(name, file), contents);
    return name;
  };

  test("is not resumed, with a status of its own", async () => {
    const { status, stderr } = await inProcess(folder, ["train", "--resume", leave()]);
    expect({ status, stderr }).toMatchObject({ status: 3, stderr: expect.stringContaining("nothing to resume") });
    expect(stderr).toContain(`plus --out ${name} --resume-or-start`);
    expect(Object.keys(files).sort()).toEqual(readdirSync(at(name)).sort());
  });

  test("is started again by the command that began it", async () => {
    const { status, stderr } = await inProcess(folder, [...QUICK, "--out", leave()]);
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    expect(readdirSync(at(name)).filter((file) => /lock|unfinished/.test(file))).toEqual([]);
  });
});

test("--resume-or-start starts, resumes and finishes: the same command each time, also after it has succeeded", async () => {
  const whole = await inProcess(folder, [...QUICK, "--out", "whole"]);
  expect(whole.status).toBe(0);
  const killed = start(folder, [...QUEUED("queued"), "--epochs", "2", "--json"]);
  await killed.waitFor('"event":"start"');
  killed.kill("SIGKILL");
  // As a supervisor does, that does not wait.
  const again = await inProcess(folder, QUEUED("queued"));
  expect({ status: again.status, stderr: again.status === 0 ? "" : again.stderr }).toEqual({ status: 0, stderr: "" });
  const once = await inProcess(folder, QUEUED("queued"));
  expect(once.status).toBe(0);
  expect(once.stderr).toContain("queued is finished. There is nothing left to train.");
  expect(once.stdout).toContain("test accuracy");
  for (const file of ["metrics.ndjson", "model.safetensors"]) {
    expect(readFileSync(at("queued", file)).equals(readFileSync(at("whole", file))), file).toBe(true);
  }
});

describe("what --resume-or-start refuses", () => {
  test.each([
    ["no folder", [...QUICK, "--resume-or-start"], "expected the run folder beside it. Add --out FOLDER"],
    ["--allow-other-arithmetic without a run", [...QUICK, "--allow-other-arithmetic"], "expected a run to resume"],
    ["beside --resume", ["train", "--resume", "x", "--resume-or-start"], "Remove --resume-or-start"],
  ])("%s", async (_, args, words) => {
    const { status, stderr } = await inProcess(folder, args);
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining(words) });
  });

  test("a run with other settings, a folder with other files, a run on another computer", async () => {
    expect((await inProcess(folder, QUEUED("other"))).status).toBe(0);
    const { status, stderr } = await inProcess(folder, [...QUEUED("other"), "--lr", "0.5"]);
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(
        "the run in it has other settings: lr is unset in the run and 0.5 in this command",
      ),
    });
    const foreign = await inProcess(folder, QUEUED("digits"));
    expect(foreign).toMatchObject({ status: 1, stderr: expect.stringContaining("digits: the folder is not empty") });
    rmSync(at("other", "report.html"));
    writeFileSync(at("other", "lock.json"), JSON.stringify({ pid: 1, host: `not-${hostname()}` }));
    const elsewhere = await inProcess(folder, QUEUED("other"));
    expect(elsewhere).toMatchObject({ status: 1, stderr: expect.stringContaining("Delete other/lock.json") });
  });
});

test("other rounding than that of the run is refused, unless it is allowed", async () => {
  expect((await inProcess(folder, QUEUED("rounded"))).status).toBe(0);
  rmSync(at("rounded", "report.html"));
  const { checksum, ...compiled } = JSON.parse(readFileSync(at("rounded", "compiled.json"), "utf8"));
  writeFileSync(at("rounded", "compiled.json"), JSON.stringify({ ...compiled, fingerprint: "0", processor: "Abacus" }));
  const refused = await inProcess(folder, QUEUED("rounded"));
  expect(refused).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("the run was started on Abacus, and this"),
  });
  expect(refused.stderr).toContain("add --allow-other-arithmetic");
  const allowed = await inProcess(folder, ["train", "--resume", "rounded", "--allow-other-arithmetic"]);
  expect(allowed).toMatchObject({
    status: 0,
    stderr: expect.stringContaining("with rounding that differs from an uninterrupted run"),
  });
});

test("Ctrl-C after the last step changes nothing: the run is finished, and ends with 0", async () => {
  const run = start(folder, [...QUICK, "--out", "late", "--json"]);
  await run.waitFor('"event":"finishing"');
  run.kill("SIGINT");
  const { status, stdout, stderr } = await run.ended;
  expect(status).toBe(0);
  expect(stderr).not.toContain("Stopped");
  expect(JSON.parse(stdout.trimEnd().split("\n").at(-1) as string)).toMatchObject({ status: "finished", steps: 12 });
  expect(existsSync(at("late", "report.html"))).toBe(true);
});

test("a run that stopped early, and was killed before its result, trains no further", async () => {
  const early = [...QUICK, "--epochs", "30", "--validation-share", "0.2", "--early-stopping", "1", "--lr", "1"];
  expect((await inProcess(folder, [...early, "--out", "early"])).status).toBe(0);
  const metrics = readFileSync(at("early", "metrics.ndjson"), "utf8");
  const result = JSON.parse(readFileSync(at("early", "result.json"), "utf8"));
  expect(result.epochs).toBeLessThan(30);
  rmSync(at("early", "result.json"));
  expect((await inProcess(folder, ["train", "--resume", "early"])).status).toBe(0);
  expect(readFileSync(at("early", "metrics.ndjson"), "utf8")).toBe(metrics);
  const { epochs, reason } = JSON.parse(readFileSync(at("early", "result.json"), "utf8"));
  expect({ epochs, reason }).toEqual({ epochs: result.epochs, reason: result.reason });
});
