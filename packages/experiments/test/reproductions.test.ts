import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  executeReproduction,
  type Reproduction,
  type ReproductionControl,
  type ReproductionEvent,
  reproductions,
} from "../src/index.ts";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "reproductions-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const IDLE: ReproductionControl = { emit: () => {}, shouldStop: () => false };
const all = Object.entries(reproductions);
const computed = all.filter(([, { trainings }]) => trainings === null);
const trained = all.filter(([, { trainings }]) => trainings !== null);
const NO_TRAININGS = {
  quick: false,
  seeds: [],
  data: "",
  trainImages: 0,
  train: async () => [],
  compute: async () => [],
};

function checkFiles(files: Iterable<readonly [name: string, contents: string]>): void {
  for (const [file, contents] of files) {
    if (file.endsWith(".svg")) expect(contents, file).toMatch(/^<svg .*<\/svg>\n$/s);
    // The script of the report has the word "undefined", and a training that diverged names its loss.
    const ours = contents.replace(/<script>.*<\/script>/s, "").replaceAll(/the loss is \S+/g, "");
    expect(ours, file).not.toMatch(/NaN|undefined|Infinity/);
  }
}

test.each(all)("%s names its paper", (name, { paper, summary, trainings }) => {
  expect(name).toMatch(/^[a-z-]+$/);
  expect(paper).toMatch(/^https:\/\/arxiv\.org\/abs\/\d{4}\.\d{5}$/);
  expect(summary).toMatch(/\.$/);
  if (trainings !== null) expect(trainings.seeds).toBeGreaterThanOrEqual(3);
});

test.each(computed)("%s: every statement holds, and the files are whole", async (name, reproduction: Reproduction) => {
  const { claims, method, files } = await reproduction.run(NO_TRAININGS);
  expect(claims.filter(({ holds }) => holds !== true)).toEqual([]);
  expect(claims.length).toBeGreaterThanOrEqual(2);
  for (const { measured } of claims) expect(measured).toMatch(/\d|Adagrad/);
  expect(method).toMatch(/\.$/);
  checkFiles(files);
  for (const [file, contents] of files) {
    if (!file.endsWith(".svg")) expect(contents.split("\n").length).toBeGreaterThan(5);
  }
  if (name !== "ruder-surfaces") return;
  // The animations move a dot and its name for each method, one step at a time.
  for (const file of ["contours.svg", "saddle.svg"]) {
    const svg = files.get(file) as string;
    const moves = [...svg.matchAll(/<animate [^>]*values="([^"]*)"/g)].map(
      ([, values = ""]) => values.split(";").length,
    );
    expect(moves).toHaveLength(24);
    expect(new Set(moves).size).toBe(1);
  }
});

test.each(trained)("%s --quick runs, and decides nothing", { timeout: 120_000 }, async (name) => {
  const folder = join(root, name);
  const result = await executeReproduction({ kind: "new", name, folder, quick: true, threads: 1 }, IDLE);
  const { claims, method, files } = result ?? {};
  expect(claims?.length).toBeGreaterThanOrEqual(2);
  for (const { statement, measured, holds } of claims ?? []) {
    expect(statement).toMatch(/[a-z]/);
    expect(measured).toMatch(/\d/);
    expect(measured).not.toMatch(/NaN|undefined|null/);
    expect(holds).toBeNull();
  }
  expect(method).toMatch(/\.$/);
  const names = readdirSync(folder);
  expect(names).toEqual(expect.arrayContaining(["result.json", "claims.md", "report.html", "reproduction.json"]));
  expect(names.some((file) => file.endsWith(".svg"))).toBe(true);
  checkFiles((files ?? []).map((path) => [path, readFileSync(path, "utf8")] as const));
});

describe("a reproduction that is stopped", () => {
  const name = "clr";
  const request = (folder: string) =>
    ({ kind: "new", name, folder: join(root, folder), quick: true, seeds: 1, threads: 1 }) as const;
  /** Returns the kept results and the claims, without times. */
  const contentsOf = (folder: string): string[] => {
    const paths = readdirSync(join(folder, "trainings")).map((file) => join(folder, "trainings", file));
    return [...paths.sort(), join(folder, "claims.md")].map((path) =>
      readFileSync(path, "utf8").replaceAll(/"(seconds|checksum)":("\w+"|[\d.e-]+)/g, ""),
    );
  };

  test("resumes with the same bits, and repeats no training that ended", { timeout: 120_000 }, async () => {
    const whole = request("whole");
    await executeReproduction(whole, IDLE);
    const { folder } = request("stopped");
    let steps = 0;
    const stopping = { emit: () => {}, shouldStop: () => ++steps > 25 };
    expect(await executeReproduction(request("stopped"), stopping)).toBeNull();
    const kept = readdirSync(join(folder, "trainings"));
    expect(kept.length).toBeGreaterThan(0);
    const events: ReproductionEvent[] = [];
    const control = { emit: (event: ReproductionEvent) => void events.push(event), shouldStop: () => false };
    expect(await executeReproduction({ kind: "resume", folder }, control)).not.toBeNull();
    const begun = events.filter(({ kind }) => kind === "training");
    expect(begun.length + kept.length).toBe(readdirSync(join(folder, "trainings")).length);
    expect(contentsOf(folder).map((text) => text.replace("stopped", "whole"))).toEqual(contentsOf(whole.folder));
    await expect(executeReproduction(request("stopped"), IDLE)).rejects.toThrow("contains a reproduction");
    // A damaged result is reported, not used.
    writeFileSync(join(folder, "trainings", kept[0] as string), "{}");
    await expect(executeReproduction({ kind: "resume", folder }, IDLE)).rejects.toThrow("Remove the file");
  });
});

test("a folder in use and an unknown name are errors", async () => {
  writeFileSync(join(root, "file.txt"), "");
  const used = { kind: "new", name: trained[0]?.[0] as string, folder: root } as const;
  await expect(executeReproduction(used, IDLE)).rejects.toThrow("the folder is not empty");
  await expect(executeReproduction({ ...used, name: "x", folder: join(root, "new") }, IDLE)).rejects.toThrow("'x'");
});
