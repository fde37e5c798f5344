import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { makePhotos } from "./support/data.ts";
import { temporaryFolder } from "./support/downhill.ts";
import { inProcess } from "./support/in-process.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const folder = temporaryFolder();
const at = (...path: string[]): string => join(folder, ...path);

beforeAll(async () => {
  await makePhotos(at("photos"), { cat: 12, dog: 12 });
  const { status, stderr } = await inProcess(folder, [
    ...["train", "photos", "--model", "mlp", "--epochs", "2", "--batch-size", "5", "--threads", "1", "--out", "run"],
  ]);
  expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
});

const plotsOf = (run: string): string[] => readdirSync(at(run, "plots")).sort();
const reportOf = (run: string): string => readFileSync(at(run, "report.html"), "utf8");
const copyOf = (name: string): string => {
  cpSync(at("run"), at(name), { recursive: true });
  return name;
};

describe("a report that cannot be written", () => {
  test("leaves the run its model, result and plots, says what is missing with status 1, and is written again", async () => {
    const run = copyOf("no-report");
    for (const name of ["result.json", "model.onnx", "report.html", "plots"])
      rmSync(at(run, name), { recursive: true });
    mkdirSync(at(run, "report.html/occupied"), { recursive: true });
    const { status, stdout, stderr } = await inProcess(folder, ["train", "--resume", run]);
    expect(status).toBe(1);
    expect(stderr.split("\n").filter((line) => line.startsWith("Error: "))).toEqual([
      expect.stringMatching(
        /^Error: 1 of \d+ files of the report could not be written\. First problem: no-report\/report\.html: .*[^.]\. The model and the result are complete\. Write the report again with (npx )?downhill report no-report$/,
      ),
    ]);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(stdout).toMatch(/accuracy .*\n/);
    expect(existsSync(at(run, "model.onnx"))).toBe(true);
    expect(JSON.parse(readFileSync(at(run, "result.json"), "utf8"))).toEqual(
      expect.objectContaining({ status: "finished" }),
    );
    expect(plotsOf(run)).toEqual(plotsOf("run"));

    const failed = await inProcess(folder, ["report", run, "--json"]);
    expect(failed.status).toBe(1);
    expect(JSON.parse(failed.stdout).error.message).toContain("report.html");
    rmSync(at(run, "report.html"), { recursive: true });
    expect(await inProcess(folder, ["report", run])).toEqual({
      status: 0,
      stdout: "no-report/report.html\n",
      stderr: "",
    });
    expect(reportOf(run).length).toBeGreaterThan(10_000);
  });

  test("where a plot fails, the others and the report are written", async () => {
    const run = copyOf("no-plot");
    rmSync(at(run, "plots"), { recursive: true });
    rmSync(at(run, "report.html"));
    mkdirSync(at(run, "plots/loss.svg/occupied"), { recursive: true });
    const { status, stderr } = await inProcess(folder, ["report", run]);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^Error: 1 of \d+ files of the report could not be written\. First problem: no-plot\/plots\/loss\.svg: /,
    );
    expect(plotsOf(run)).toEqual(plotsOf("run"));
    expect(existsSync(at(run, "report.html"))).toBe(true);
  });
});

describe("downhill report", () => {
  test("writes the same report and plots again", async () => {
    const run = copyOf("again");
    rmSync(at(run, "plots"), { recursive: true });
    rmSync(at(run, "report.html"));
    const { status, stdout } = await inProcess(folder, ["report", run, "--json"]);
    expect(status).toBe(0);
    const { files, report } = JSON.parse(stdout);
    expect(report).toBe("again/report.html");
    expect(files).toHaveLength(plotsOf(run).length + 1);
    expect(plotsOf(run)).toEqual(plotsOf("run"));
    expect(reportOf(run)).toBe(reportOf("run"));
    for (const name of plotsOf(run)) {
      expect(readFileSync(at(run, "plots", name)).equals(readFileSync(at("run/plots", name)))).toBe(true);
    }
  });

  test("writes what there is of an interrupted run, and of one that is running", async () => {
    const run = copyOf("interrupted");
    for (const name of ["result.json", "report.html", "model.onnx", "model.safetensors"]) rmSync(at(run, name));
    rmSync(at(run, "plots"), { recursive: true });
    const metrics = readFileSync(at(run, "metrics.ndjson"), "utf8");
    writeFileSync(at(run, "metrics.ndjson"), metrics.slice(0, -20));
    expect(await inProcess(folder, ["report", run])).toMatchObject({ status: 0, stderr: "" });
    expect(plotsOf(run)).toContain("loss.svg");
    expect(plotsOf(run)).not.toContain("confusion.svg");
    writeFileSync(at(run, "metrics.ndjson"), "");
    expect(await inProcess(folder, ["report", run])).toMatchObject({ status: 0, stderr: "" });
  });

  test("without the images has no pictures of mistakes, and a note about it", async () => {
    const run = copyOf("moved");
    const path = at(run, "run.json");
    const { checksum, ...facts } = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify({ ...facts, given: { ...facts.given, data: "gone" } }));
    const { mistakes } = JSON.parse(readFileSync(at(run, "result.json"), "utf8"));
    const { status, stderr } = await inProcess(folder, ["report", run]);
    expect(status).toBe(0);
    if (mistakes.length > 0) expect(stderr).toMatch(/^Note: The report has no pictures of mistakes: .*gone/);
  });

  test("of what is no run is an error", async () => {
    expect(await inProcess(folder, ["report", "photos"])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("run.json is missing. Expected a run folder"),
    });
  });
});
