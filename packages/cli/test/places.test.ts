import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { makePhotos } from "./support/data.ts";
import { COMMAND, start, temporaryFolder } from "./support/downhill.ts";
import { inProcess } from "./support/in-process.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const folder = temporaryFolder();
const at = (...path: string[]): string => join(folder, ...path);
const TRAIN = ["train", "photos", "--model", "mlp", "--batch-size", "5", "--threads", "1"];

beforeAll(async () => {
  await makePhotos(at("photos"), { cat: 12, dog: 12 });
  const { status, stderr } = await inProcess(folder, [...TRAIN, "--epochs", "1", "--out", "run"]);
  expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
});

/** One sentence, and no stack. */
function expectError(stderr: string, message: string | RegExp): void {
  expect(stderr).not.toMatch(/^ {4}at |bug in Downhill/m);
  const errors = stderr.split("\n").filter((line) => line.startsWith("Error: "));
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(message);
}

describe("runs remove", () => {
  const remove = (name: string) => inProcess(folder, ["runs", "remove", name, "--yes"]);
  const copyOf = (name: string): string => {
    cpSync(at("run"), at(name), { recursive: true });
    return name;
  };

  test("removes a run with its folder, also what a killed process left half-written", async () => {
    const run = copyOf("plain");
    writeFileSync(at(run, "result.json.unfinished"), "{");
    writeFileSync(at(run, "checkpoints/step-00000004.json.unfinished"), "{");
    writeFileSync(at(run, "lock.json"), "{");
    expect(await remove(run)).toEqual({ status: 0, stdout: "removed plain\n", stderr: "" });
    expect(existsSync(at(run))).toBe(false);
  });

  test("keeps and names what a run did not write, and removes the rest", async () => {
    const run = copyOf("mixed");
    writeFileSync(at(run, "notes.txt"), "");
    writeFileSync(at(run, "plots/mine.svg"), "");
    mkdirSync(at(run, "data/model.onnx"), { recursive: true });
    symlinkSync(at("photos/cat/0.png"), at(run, "checkpoints/link"));
    expect(await remove(run)).toEqual({
      status: 0,
      stdout: "removed the run in mixed, kept its other files: checkpoints/link, data, notes.txt, plots/mine.svg\n",
      stderr: "",
    });
    expect(readdirSync(at(run), { recursive: true }).sort()).toEqual([
      ...["checkpoints", "checkpoints/link", "data", "data/model.onnx", "notes.txt", "plots", "plots/mine.svg"],
    ]);
    expect(readdirSync(at("photos"))).toEqual(["cat", "dog"]);
  });

  test("of a link removes the run that it leads to, and the link", async () => {
    const run = copyOf("target");
    symlinkSync(at(run), at("link-to-run"));
    expect((await remove("link-to-run")).status).toBe(0);
    expect(existsSync(at(run))).toBe(false);
    expect(readdirSync(folder)).not.toContain("link-to-run");
  });

  test("does not follow links in the places of a run's folders and files", async () => {
    const run = copyOf("links");
    rmSync(at(run, "plots"), { recursive: true });
    rmSync(at(run, "report.html"));
    cpSync(at("run/plots"), at("elsewhere"), { recursive: true });
    symlinkSync(at("elsewhere"), at(run, "plots"));
    symlinkSync(at("elsewhere/loss.svg"), at(run, "report.html"));
    expect((await remove(run)).stdout).toBe("removed the run in links, kept its other files: plots, report.html\n");
    expect(readdirSync(at("elsewhere"))).toEqual(readdirSync(at("run/plots")));
  });
});

describe("--out with links", () => {
  beforeAll(() => {
    symlinkSync(at("not-there"), at("dangling"));
    symlinkSync(at("loop"), at("loop"));
    symlinkSync(at("photos/cat/0.png"), at("to-file"));
    symlinkSync(at("photos"), at("to-full"));
  });

  test.each<[args: string[], status: number, message: string]>([
    [[...TRAIN, "--out", "dangling"], 2, "--out dangling: dangling is a link whose target does not exist"],
    [[...TRAIN, "--out", "dangling/run"], 2, "--out dangling/run: dangling is a link whose target does not exist"],
    [[...TRAIN, "--out", "loop"], 2, "--out loop: loop is a link whose target does not exist"],
    [[...TRAIN, "--out", "to-file"], 2, "--out to-file: it is a file. Use --out with a folder"],
    [[...TRAIN, "--out", "to-full"], 1, "to-full: the folder is not empty"],
    [["export", "run", "--out", "dangling", "--force"], 2, "dangling is a link whose target does not exist"],
    [["runs", "export", "run", "--out", "dangling"], 2, "dangling is a link whose target does not exist"],
    [["find-lr", "photos", "--out", "dangling"], 2, "dangling is a link whose target does not exist"],
  ])("downhill %j is refused", async (args, status, message) => {
    const ended = await inProcess(folder, args);
    expect(ended.status).toBe(status);
    expectError(ended.stderr, message);
    expect(existsSync(at("not-there"))).toBe(false);
    expect(readdirSync(at("photos"))).toEqual(["cat", "dog"]);
  });
});

describe.skipIf(process.platform !== "linux")("results that cannot be written", () => {
  const shell = (line: string) =>
    spawnSync("bash", ["-c", line], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, D: `${process.execPath} ${COMMAND}` },
    });

  test.each([
    ["$D optimizers"],
    ["$D optimizers --json"],
    [`$D ${TRAIN.join(" ")} --epochs 1 --out full --json`],
    [`$D ${TRAIN.join(" ")} --epochs 1 --out full-too --quiet`],
  ])("%s > /dev/full: one sentence, and status 1", (line) => {
    const { status, stderr } = shell(`${line} > /dev/full`);
    expect(status).toBe(1);
    expectError(stderr, /^Error: the standard output: the disk is full\. Free some space\.$/);
  });

  test("a reader that goes away is no failure", () => {
    const { status, stderr, stdout } = shell("$D optimizers | head -1; exit $PIPESTATUS");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.split("\n")).toHaveLength(2);
  });

  test("progress that cannot be written does not stop a run", () => {
    expect(shell(`$D ${TRAIN.join(" ")} --epochs 1 --out quiet-errors 2> /dev/full`).status).toBe(0);
  });

  test("a file larger than the process may write: one sentence, and status 1", () => {
    const { status, stderr } = shell(`trap '' XFSZ; ulimit -f 1; $D ${TRAIN.join(" ")} --epochs 1 --out limited`);
    expect(status).toBe(1);
    expectError(stderr, /^Error: limited\/.+: the file exceeds the size limit of this process\. Raise the limit/);
  });

  test("memory that the system does not grant: one sentence, and status 1", () => {
    const { status, stderr } = shell(`ulimit -v 6000000; $D ${TRAIN.join(" ")} --epochs 1 --out small`);
    expect(status).toBe(1);
    expectError(stderr, /^Error: out of memory \(.+\)\. Use fewer or smaller images/);
  });
});

test("a run folder that is removed while it is trained: one sentence, and status 1; the folder stays away", async () => {
  const run = start(folder, [...TRAIN, "--epochs", "5000", "--out", "gone"]);
  await run.waitFor("/5000  train loss");
  renameSync(at("gone"), at("renamed"));
  const { status, stderr } = await run.ended;
  expect(status).toBe(1);
  expectError(stderr, /gone.*: its folder was removed or renamed\. Start the run again/);
  expect(existsSync(at("gone"))).toBe(false);
});
