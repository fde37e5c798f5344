import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { diffRuns } from "../src/run-folder/diff.ts";
import { listRuns, summarizeRun } from "../src/run-folder/list.ts";
import { rawLines, readLines, readLinesBackwards } from "../src/run-folder/metrics/lines.ts";
import { StepTable } from "../src/run-folder/metrics/step-table.ts";
import { outlineRun, type Run, readRunFolder, readRunTable } from "../src/run-folder/read.ts";
import { fixtureRun, writeFixtureRun } from "./fixture-run.ts";

const root = mkdtempSync(join(tmpdir(), "downhill-run-folder-"));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
function write(run: Omit<Run, "folder">, parent = root): string {
  const folder = join(parent, `run-${folders++}`);
  writeFixtureRun(folder, run);
  return folder;
}

const finished = fixtureRun({ stepsPerEpoch: 20, epochs: 3, perClass: 10 });
/** In its third epoch. */
const going: Omit<Run, "folder"> = {
  ...finished,
  status: "unfinished",
  steps: finished.steps.slice(0, 47),
  epochs: finished.epochs.slice(0, 2),
  timings: finished.timings.slice(0, 2),
  result: null,
};

describe("readRunFolder", () => {
  test.each([
    ["finished", finished],
    ["still going", going],
  ])("a run that is %s is read as it was written", (_, run) => {
    const folder = write(run);
    expect(readRunFolder(folder)).toEqual({ ...run, folder });
  });

  test("a run that has only begun has no lines", () => {
    const folder = write(going);
    rmSync(join(folder, "metrics.ndjson"));
    rmSync(join(folder, "timings.ndjson"));
    expect(readRunFolder(folder)).toMatchObject({
      steps: [],
      epochs: [],
      timings: [],
      result: null,
      status: "unfinished",
    });
  });

  test("a run killed at any byte of a line is read up to that line", () => {
    const folder = write(going);
    const metrics = join(folder, "metrics.ndjson");
    const whole = readFileSync(metrics);
    const last = whole.lastIndexOf(10, whole.length - 2) + 1;
    for (let length = last; length < whole.length - 1; length += 7) {
      writeFileSync(metrics, whole.subarray(0, length));
      expect(readRunFolder(folder).steps).toHaveLength(46);
    }
  });

  test.each([
    ["finished", finished],
    ["still going", going],
  ])("a run that is %s has the same numbers as columns, and the same counts as an outline", (_, run) => {
    const folder = write(run);
    const { steps, ...rest } = readRunFolder(folder);
    const { steps: table, ...others } = readRunTable(folder);
    expect(others).toEqual(rest);
    expect(table).toHaveLength(steps.length);
    expect(table.names).toEqual(Object.keys(steps[0] as object));
    for (const name of table.names) expect([...table.column(name)]).toEqual(steps.map((line) => line[name]));
    const { steps: count, lastSteps, ...outline } = outlineRun(folder);
    expect(outline).toEqual(rest);
    expect(count).toBe(steps.length);
    expect(lastSteps).toEqual(rest.epochs.map((line) => steps[line.steps - 1]));
  });

  test("a damaged line before the last is an error that names it", () => {
    const folder = write(going);
    const metrics = join(folder, "metrics.ndjson");
    const lines = readFileSync(metrics, "utf8").split("\n");
    lines[3] = lines[3]?.slice(0, 20) ?? "";
    writeFileSync(metrics, lines.join("\n"));
    expect(() => readRunFolder(folder)).toThrow(
      `${metrics}, line 4: not a JSON object as Downhill wrote it, so the file was edited or damaged. Remove the line.`,
    );
  });

  test("rejects a folder without a run", () => {
    expect(() => readRunFolder(join(root, "nowhere"))).toThrow("run.json is missing. Expected a run folder.");
  });
});

describe("status", () => {
  test("running while the process that locked it is there", () => {
    const folder = write(going);
    writeFileSync(join(folder, "lock.json"), JSON.stringify({ pid: process.pid }));
    expect(readRunFolder(folder).status).toBe("running");
  });

  test("unfinished where that process was killed, or the lock is not whole", () => {
    const folder = write(going);
    // Above what any system gives out.
    writeFileSync(join(folder, "lock.json"), JSON.stringify({ pid: 2 ** 30 }));
    expect(readRunFolder(folder).status).toBe("unfinished");
    writeFileSync(join(folder, "lock.json"), "{");
    expect(readRunFolder(folder).status).toBe("unfinished");
  });
});

describe("listRuns", () => {
  test("lists the newest first, and unreadable runs with their problem", () => {
    const parent = join(root, "list");
    const at = (run: Omit<Run, "folder">, created: string) =>
      write({ ...run, facts: { ...run.facts, created } }, parent);
    const old = at(finished, "2026-01-01T00:00:00.000Z");
    const young = at(going, "2026-03-01T00:00:00.000Z");
    const broken = at(finished, "2026-02-01T00:00:00.000Z");
    writeFileSync(join(broken, "run.json"), "{");
    mkdirSync(join(parent, "something else"));
    writeFileSync(join(parent, "notes.txt"), "");
    expect(listRuns(parent)).toEqual([
      {
        folder: young,
        facts: { ...going.facts, created: "2026-03-01T00:00:00.000Z" },
        status: "unfinished",
        steps: 47,
        epochs: 2,
        part: "test",
        accuracy: going.epochs[1]?.evaluation?.accuracy,
        loss: going.epochs[1]?.evaluation?.loss,
      },
      expect.objectContaining({
        folder: old,
        status: "finished",
        steps: 60,
        epochs: 3,
        accuracy: finished.result?.accuracy,
      }),
      {
        folder: broken,
        problem: expect.stringContaining("run.json: the file is truncated or damaged, it is not JSON. Expected a file"),
      },
    ]);
  });

  test("a folder that is not there has no runs", () => {
    expect(listRuns(join(root, "nowhere"))).toEqual([]);
  });

  test("a run before its first epoch's end, with a line that is being written", () => {
    const folder = write({ ...going, steps: going.steps.slice(0, 5), epochs: [] });
    appendFileSync(join(folder, "metrics.ndjson"), '{"step":5,"epo');
    expect(summarizeRun(folder)).toMatchObject({ steps: 5, epochs: 0, part: null, accuracy: null, loss: null });
  });
});

const asIs = (line: object): object => line;

test("lines are read in chunks: of a long file only a chunk is in memory, and a line that is longer is whole", () => {
  const path = join(root, "chunks.ndjson");
  const texts = fc.array(fc.string({ maxLength: 40 }), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(texts, fc.boolean(), fc.integer({ min: 1, max: 50 }), (values, isEnded, chunk) => {
      const written = values.map((value) => JSON.stringify(value));
      writeFileSync(path, written.join("\n") + (isEnded ? "\n" : ""));
      const found: string[] = [];
      for (const { bytes, number, isEnded: own } of rawLines(path, chunk)) {
        found.push(bytes.toString());
        expect([number, own]).toEqual([found.length, isEnded || found.length < written.length]);
        // Small buffers are cut from one of 8 kB.
        expect(bytes.buffer.byteLength).toBeLessThanOrEqual(2 ** 13);
      }
      expect(found).toEqual(written);
    }),
  );
});

test("a row of a table may lack names, and have names that no other has", () => {
  const table = new StepTable();
  const rows = Array.from({ length: 3000 }, (_, step) => ({
    ...(step < 5 || step === 2999 ? { early: step } : {}),
    step,
    ...(step === 2500 ? { late: 0.5 } : {}),
  }));
  for (const row of rows) table.add(row);
  expect(table.names).toEqual(["early", "step", "late"]);
  for (const name of ["early", "step", "late", "none"] as const) {
    expect([...table.column(name)]).toEqual(rows.map((row: Record<string, number>) => row[name] ?? Number.NaN));
  }
  table.add({ step: 3000 });
  expect([...table.column("late").subarray(-2), ...table.column("step").subarray(-1)]).toEqual([
    Number.NaN,
    Number.NaN,
    3000,
  ]);
});

test("lines backwards are the lines in reverse, however the file is cut into chunks", () => {
  const path = join(root, "lines.ndjson");
  const value = fc.record({ step: fc.integer(), name: fc.string() });
  fc.assert(
    fc.property(
      fc.array(value, { maxLength: 12 }),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      (values, chunk, cut) => {
        const text = values.map((object) => `${JSON.stringify(object)}\n`).join("");
        writeFileSync(path, cut ? text.slice(0, -2) : text);
        expect([...readLinesBackwards(path, asIs, chunk)].reverse()).toEqual([...readLines(path, asIs)]);
      },
    ),
  );
});

describe("diffRuns", () => {
  const { facts } = finished;

  test("the same configuration has no differences, whenever it ran and whatever it was called", () => {
    expect(diffRuns(facts, { ...facts, id: "again", created: "2027-01-01T00:00:00.000Z", command: "" })).toEqual([]);
  });

  test("configuration first, then data, device and versions", () => {
    const other = {
      ...facts,
      config: {
        ...facts.config,
        lr: 0.2,
        hyperparameters: { momentum: 0.9, weightDecay: 0 },
        augment: [{ kind: "flip" as const }],
      },
      data: { ...facts.data, fingerprint: "abc", counts: { train: 1, validation: 0, test: 100 } },
      versions: { ...facts.versions, node: "24.0.0" },
    };
    expect(diffRuns(facts, other)).toEqual([
      { key: "lr", a: 0.1, b: 0.2 },
      { key: "hyperparameters.nesterov", a: true, b: undefined },
      { key: "hyperparameters.weightDecay", a: 5e-4, b: 0 },
      { key: "augment", a: [], b: [{ kind: "flip" }] },
      { key: "data.fingerprint", a: facts.data.fingerprint, b: "abc" },
      { key: "data.counts.train", a: facts.data.counts.train, b: 1 },
      { key: "versions.node", a: "20.20.2", b: "24.0.0" },
    ]);
  });
});
