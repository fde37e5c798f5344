import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import sharp from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { readComparison } from "../src/comparison/comparison.ts";
import { entrantsCsv, resultJson, trialsCsv } from "../src/report/plain-data.ts";
import { comparedCurvesPlot } from "../src/report/plots/curves.ts";
import { spread } from "../src/report/plots/labels.ts";
import { rankingPlot } from "../src/report/plots/ranking.ts";
import { ratesPlot } from "../src/report/plots/rates.ts";
import { comparisonHtml } from "../src/report/report.ts";
import { writeComparisonReport } from "../src/report/write-report.ts";
import { FIXTURES, writeFixture } from "./report-fixture.ts";

const root = mkdtempSync(join(tmpdir(), "downhill-report-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Name = keyof typeof FIXTURES;
const NAMES = Object.keys(FIXTURES) as Name[];
const folders = new Map(NAMES.map((name) => [name, writeFixture(join(root, name), FIXTURES[name])]));
const comparisonOf = (name: Name) => readComparison(folders.get(name) as string);

const pages = new Map<Name, string>();
/** Returns the report of a comparison without its plots, which are tested on their own. */
function pageOf(name: Name): string {
  const page =
    pages.get(name) ?? comparisonHtml(comparisonOf(name)).replaceAll(/<(svg|style|script)[\s\S]*?<\/\1>/g, "");
  pages.set(name, page);
  return page;
}

/** Returns the text of an element of a page, with single spaces. */
const textOf = (page: string, selector: string): string =>
  (parseHTML(page).document.querySelector(selector)?.textContent ?? "").replaceAll(/\s+/g, " ").trim();

/** Returns the cells of the first table in a section, row by row. */
function cellsOf(page: string, section: string): string[][] {
  const { document } = parseHTML(page);
  const rows = [...(document.querySelector(`#${section} table`)?.querySelectorAll("tr") ?? [])];
  return rows.map((row) => [...row.children].map((cell) => (cell.textContent ?? "").replaceAll("\u00a0", " ").trim()));
}

const parseCsv = (text: string): Record<string, string>[] => {
  const [head = "", ...lines] = text.trimEnd().split("\n");
  const keys = head.split(",");
  return lines.map((line) => {
    const cells = line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? [];
    return Object.fromEntries(keys.map((key, i) => [key, (cells[i] ?? "").replace(/,$/, "").replaceAll('"', "")]));
  });
};

describe("headline, notes and states", () => {
  const CASES: readonly (readonly [Name, { h1: RegExp; notes: readonly RegExp[]; status: readonly string[] }])[] = [
    [
      "finished",
      {
        h1: /^adamw, adam and rmsprop cannot/,
        notes: [],
        status: ["finished", "finished", "finished", "finished", "finished", "finished"],
      },
    ],
    [
      "unfinished",
      {
        h1: /^Comparison of 6 entrants on sample: no verdict yet$/,
        notes: [/The comparison is not finished25 of at most 60 trials have ended/],
        status: [
          "training, 2 of 3 seeds",
          "training, 0 of 3 seeds",
          "tuning, 4 of 6 trainings",
          "tuning, 2 of 6 trainings",
          "range test ended",
          "not started",
        ],
      },
    ],
    [
      "nothing has ended",
      {
        h1: /no verdict yet$/,
        notes: [/0 of at most 60 trials have ended/],
        status: Array.from({ length: 6 }, () => "not started"),
      },
    ],
    [
      "one seed",
      {
        h1: /^adamw has the best result, but one seed does not show/,
        notes: [/One seed has no interval/],
        status: ["finished", "finished", "finished"],
      },
    ],
    [
      "a diverging entrant",
      {
        h1: /^adamw and adam cannot/,
        notes: [/Diverged at every rate: l <b>& s/],
        status: ["finished", "finished", "finished", "diverges at every rate"],
      },
    ],
    [
      "a failed trial",
      {
        h1: /^Comparison of 3 entrants on sample: nothing to compare$/,
        notes: [
          /A trial of adam failedIt was tried twice: its process ended by the signal SIGKILL/,
          /A trial of adamw failed/,
        ],
        status: ["finished", "failed", "failed"],
      },
    ],
    [
      "to a target",
      {
        h1: /^adagrad|^[a-z]+ /,
        notes: [/Target not reached: /],
        status: expect.arrayContaining(["finished"]) as never,
      },
    ],
  ];
  test.each(CASES)("%s", (name, { h1, notes, status }) => {
    const page = pageOf(name);
    expect(textOf(page, "h1")).toMatch(h1);
    for (const note of notes) expect(textOf(page, "#notes")).toMatch(note);
    if (notes.length === 0) expect(page).not.toContain('id="notes"');
    expect(
      cellsOf(page, "ranking")
        .slice(1)
        .map((row) => row[1]),
    ).toEqual(status);
  });
});

test("tables of a finished comparison: ranking, differences and hyperparameters", () => {
  const page = pageOf("finished");
  const [head, best] = cellsOf(page, "ranking");
  expect(head).toEqual([
    "Entrant",
    "Status",
    "Accuracy",
    "95 % interval",
    "Deviation",
    "Loss",
    "Learning rate",
    "Good decades",
    "Updates",
    "Time",
  ]);
  expect(best?.slice(0, 6)).toEqual(["1 adamw", "finished", "88.30 %", "87.31 % to 89.29 %", "0.40", "0.3925"]);
  const matrix = cellsOf(page, "differences .card:last-child");
  expect(matrix).toHaveLength(6);
  expect(matrix[0]).toEqual(["Minus", "2", "3", "4", "5", "6"]);
  expect(matrix[2]).toEqual(["2 adam", "", "+0.70", "+1.90", "+3.00", "+3.50"]);
  const differences = cellsOf(page, "differences .card:last-child details");
  expect(differences).toHaveLength(16);
  expect(differences[1]).toEqual(["1 adamw − 2 adam", "+0.20", "−0.05 to +0.45", "0.17", "no"]);
  expect(differences[2]?.at(-1)).toBe("yes");
  expect(textOf(page, "#hyperparameters")).toContain(
    "lr 0.00245, optimizer adamw, beta1 0.9, beta2 0.999, eps 10⁻⁸, amsgrad no, schedule oneCycle, batchSize 64",
  );
  expect(textOf(page, "#method")).toContain("a range test of 200 steps, then 6 whole trainings");
  expect(textOf(page, "#repeat")).toContain("downhill compare sample --optimizers sgd,adam");
});

test("a score is the loss, or the time to a target, where entrants are ranked by it", () => {
  const byLoss = pageOf("by loss");
  expect(cellsOf(byLoss, "ranking")[0]?.slice(0, 6)).toEqual([
    "Entrant",
    "Status",
    "Loss",
    "95 % interval",
    "Deviation",
    "Accuracy",
  ]);
  expect(textOf(byLoss, "#method")).toContain("the same validation images as the search");
  const [head, ...rows] = cellsOf(pageOf("to a target"), "ranking");
  expect(head).toEqual(expect.arrayContaining(["Time to target", "Updates to target", "Accuracy", "Loss"]));
  expect(rows[0]?.slice(0, 3)).toEqual(["1 adam", "finished", "6 s"]);
  expect(rows.map((row) => row[1])).toEqual(expect.arrayContaining(["target not reached"]));
});

test("a time limit, the time of the processes and several commands are stated", () => {
  const comparison = comparisonOf("one seed");
  const command = "downhill compare sample\ndownhill compare --add";
  const withLimit = (isApplied: boolean): string => {
    const facts = { ...comparison.facts, command, budget: { seconds: 1800, isApplied } };
    const entrants = comparison.entrants.map((entrant) => ({
      ...entrant,
      seeds: entrant.seeds.map((outcome) => outcome && { ...outcome, elapsed: 20 }),
    }));
    return comparisonHtml({ ...comparison, facts, entrants });
  };
  const applied = withLimit(true);
  expect(textOf(applied, "#method")).toContain(
    "a time limit of 30 min 0 s. After the first training of each entrant, at most 6 trainings for the rate and 1 seed fit",
  );
  expect(textOf(applied, "#method")).toContain("With loading, compiling and evaluating, all trials took 1 min 0 s.");
  expect(textOf(applied, "#repeat")).toContain("these commands give the same scores");
  expect(textOf(withLimit(false), "#method")).toContain("will be reduced to what fits");
});

test("the report of a comparison with stated rates has no search", async () => {
  const { entrants } = FIXTURES.finished;
  const folder = writeFixture(join(root, "stated rates"), { entrants, facts: { tuning: 0 } });
  await writeComparisonReport(folder);
  const page = readFileSync(join(folder, "report.html"), "utf8").replaceAll(/<(svg|style|script)[\s\S]*?<\/\1>/g, "");
  expect(textOf(page, "main")).toContain("The learning rates were stated, not searched.");
  expect(textOf(page, "#method")).toMatch(/not searched\. Each entrant trains.*The compared trainings took \d/);
  expect(textOf(page, "main")).not.toMatch(/the search|0 whole trainings|NaN|undefined/);
  expect(readdirSync(join(folder, "plots")).sort()).toEqual(["curves.png", "curves.svg", "ranking.png", "ranking.svg"]);
});

test("names are text, not markup", () => {
  const page = pageOf("a diverging entrant");
  expect(page).not.toContain("l <b>& s");
  expect(cellsOf(page, "ranking").at(-1)?.[0]).toBe("4 l <b>& s");
});

describe("plots", () => {
  test.each(NAMES)("%s: every entrant with data is labeled, at both widths", (name) => {
    const comparison = comparisonOf(name);
    for (const width of [720, 312]) {
      const options = { width, title: width === 312 ? "" : "Title" };
      for (const drawn of [rankingPlot, comparedCurvesPlot, ratesPlot].map((plot) => plot(comparison, options))) {
        expect(drawn).not.toMatch(/NaN|undefined|Infinity/);
      }
      const { document } = parseHTML(ratesPlot(comparison, options));
      const numbers = [...document.querySelectorAll("text")].map(({ textContent }) => textContent);
      for (const [place, { tuning }] of comparison.entrants.entries()) {
        if (tuning.tried.length > 0) expect(numbers).toContain(String(place + 1));
      }
    }
  });
  test("labels are moved apart in their order, within the frame", () => {
    expect(spread([10, 11, 50, 9], 5, 100)).toEqual([21, 33, 50, 9]);
    expect(spread([98, 99], 5, 100)).toEqual([88, 100]);
    expect(spread([], 0, 10)).toEqual([]);
  });
});

describe("plain data", () => {
  test("one row for each entrant, with empty cells where a value is unknown", () => {
    const [best, ...rest] = parseCsv(entrantsCsv(comparisonOf("a diverging entrant")));
    expect(best).toMatchObject({
      rank: "1",
      entrant: "adamw",
      status: "finished",
      score: "0.883",
      trainings: "3",
      updates: "128",
    });
    expect(rest.at(-1)).toMatchObject({ rank: "4", status: "no rate", score: "", lr: "", scoreLow: "", problem: "" });
    const heads = NAMES.map((name) => entrantsCsv(comparisonOf(name)).split("\n")[0]);
    expect(new Set(heads).size).toBe(1);
  });
  test("one row for each trial, in the order of the trials", () => {
    const rows = parseCsv(trialsCsv(comparisonOf("a failed trial")));
    expect(rows).toHaveLength(30);
    expect(rows.map(({ trial }) => Number(trial))).toEqual(rows.map((_, i) => i));
    expect(rows[0]).toMatchObject({ entrant: "sgd", kind: "range-test", seed: "3", number: "", outcome: "range-test" });
    expect(rows[7]).toMatchObject({ kind: "seed", seed: "0", outcome: "trained", updates: "128", seconds: "6" });
    expect(rows[17]).toMatchObject({ entrant: "adam", outcome: "failed", loss: "", lr: "" });
    expect(rows[18]).toMatchObject({ entrant: "adam", outcome: "", seconds: "" });
  });
  test("the result as JSON names entrants and pairs", () => {
    const result = JSON.parse(resultJson(comparisonOf("finished")));
    expect(result.isFinished).toBe(true);
    expect(result.verdict).toContain("adamw, adam and rmsprop cannot");
    expect(result.entrants.map(({ name }: { name: string }) => name)).toEqual(
      comparisonOf("finished").entrants.map(({ name }) => name),
    );
    expect(result.pairs[0]).toMatchObject({ a: "adamw", b: "adam", isDifferent: false });
    expect(result.entrants[0].trainings[2]).toMatchObject({ seed: 2, outcome: { kind: "trained" } });
  });
});

test("all files are written, with the same bytes for the same data, also over older files", async () => {
  const folder = folders.get("one seed") as string;
  const copy = join(root, "copy");
  await writeComparisonReport(folder);
  cpSync(folder, copy, { recursive: true });
  await writeComparisonReport(copy);
  const paths = ["report.html", "comparison.csv", "trials.csv", "comparison-result.json"].concat(
    ["ranking", "curves", "rates"].flatMap((name) => [`plots/${name}.svg`, `plots/${name}.png`]),
  );
  for (const path of paths)
    expect([path, readFileSync(join(folder, path)).equals(readFileSync(join(copy, path)))]).toEqual([path, true]);
  expect(readdirSync(join(folder, "plots"))).toHaveLength(6);
  expect((await sharp(join(folder, "plots", "rates.png")).metadata()).width).toBe(1440);
  await expect(writeComparisonReport(join(root, "missing"))).rejects.toThrow("comparison.json is missing");
  expect(existsSync(join(root, "missing"))).toBe(false);
});
