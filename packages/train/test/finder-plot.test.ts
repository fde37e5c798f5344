import { combineCurves, type RangeTest, suggestLearningRates } from "@downhill/optim";
import { randomAt } from "@downhill/optim/random";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { finderPlot, hyperparametersPlot, type PlotOptions, png } from "../src/plots/index.ts";
import { type FinderResult, finderInWords, finderRecord } from "../src/range-test/index.ts";
import { report } from "../src/report/index.ts";
import { plotsOfRun } from "../src/report/plot-files.ts";
import type { Run } from "../src/run-folder/index.ts";
import { fixtureRun } from "./fixture-run.ts";
import { parseXml } from "./xml.ts";

/** A range test as a formula, with noise: the loss falls before 0.01, and blows up after 1. */
function record(seed: number, { shift = 1, steps = 200 } = {}): RangeTest {
  const lr = Array.from({ length: steps }, (_, step) => 1e-6 * 1e7 ** (step / (steps - 1)));
  const loss = lr.map(
    (rate, step) => 0.5 + 1.8 / (1 + (300 * shift * rate) ** 2) + (shift * rate) ** 3 + 0.05 * randomAt(step, seed, 0),
  );
  return { lr, loss };
}

function result(records: readonly RangeTest[], more: Partial<FinderResult> = {}): FinderResult {
  const { chosen, suggestions, refusal, curve } = suggestLearningRates(
    records.length === 1 ? (records[0] as RangeTest) : combineCurves(records),
  );
  return finderRecord({
    optimizer: "sgd",
    chosen,
    suggestions,
    choose: "consensus",
    refusal,
    curve,
    lowest: 1e-6,
    highest: 10,
    spacing: "exponential",
    steps: 200,
    rounds: 0.5,
    seeds: records.length,
    probe: 0,
    seconds: 3.2,
    ...more,
  });
}

const one = result([record(1)]);
const three = result([record(1), record(2), record(3, { shift: 3 })]);
const overlay = [one, result([record(4, { shift: 30 })], { optimizer: "adamw" })];
const diverged = result([{ lr: [1, 2], loss: [2, Number.NaN], steps: 200 }]);

const wordsOf = (svg: string): string =>
  [...parseHTML(svg).document.querySelectorAll("text")].map((text) => text.textContent).join(" ");

const PLOTS: readonly (readonly [name: string, draw: (options?: PlotOptions) => string, texts: readonly string[]])[] = [
  [
    "one test",
    (options) => finderPlot(one, options),
    [
      "loss, trend",
      "each batch",
      "chosen, by consensus",
      "Loss",
      "learning rate",
      "minimum 0.",
      "valley 0.",
      "Shaded: the first",
    ],
  ],
  ["several seeds", (options) => finderPlot(three, options), ["median of the seeds", "Band: interquartile range"]],
  ["several optimizers", (options) => finderPlot(overlay, options), ["sgd 0.", "adamw 0."]],
  ["a test without a suggestion", (options) => finderPlot(diverged, options), ["loss, trend", "learning rate"]],
];

describe.each(PLOTS)("the plot of %s", (_, draw, texts) => {
  test.each([720, 340])("at %i pixels: whole on its own, with words, legend, axes and labels", (width) => {
    const svg = draw({ width });
    parseXml(svg);
    const root = parseHTML(svg).document.querySelector("svg");
    expect(root?.getAttribute("role")).toBe("img");
    expect(root?.getAttribute("aria-label")).toMatch(/^Learning-rate range test\. .+\.$/s);
    for (const text of texts) expect(wordsOf(svg)).toContain(text);
    // The words may say that a loss is NaN.
    expect(svg.replace(/aria-label="[^"]*"/, "")).not.toMatch(/NaN|undefined|Infinity|\bnull\b/);
  });

  test("is a pure function of the result, and a PNG too", async () => {
    expect(draw()).toBe(draw());
    expect((await png(draw())).length).toBeGreaterThan(1000);
  });
});

test("every suggestion has a line of its own look, and the chosen one the widest", () => {
  const { document } = parseHTML(finderPlot(one));
  const strokes = [...document.querySelectorAll("g[stroke-width] line, line[stroke-width]")];
  const looks = strokes
    .map((line) => line.closest("[stroke-width]"))
    .map(
      (group) =>
        `${group?.getAttribute("stroke")} ${group?.getAttribute("stroke-dasharray")} ${group?.getAttribute("stroke-width")}`,
    );
  const given = Object.values(one.suggestions).filter((suggestion) => suggestion !== null).length;
  expect(given).toBe(6);
  expect(new Set(looks.filter((look) => / (1\.5|2\.5)$/.test(look))).size).toBeGreaterThanOrEqual(given);
  const chosen = looks.filter((look) => look.endsWith(" 2.5"));
  expect(chosen).toHaveLength(1);
  const color = chosen[0]?.split(" ")[0];
  // Its sign in the legend, and its line.
  expect(looks.filter((look) => look.startsWith(`${color} `))).toHaveLength(2);
});

test("the description has the rate, its reason, the other suggestions and the method", () => {
  const words = finderInWords(three);
  expect(words).toMatch(/^Learning rate [\d.]+ for sgd, chosen by consensus: the loss falls from 2\.\d+ to /);
  expect(words).toMatch(/ Others: steepest [\d.]+, valley [\d.]+, slide [\d.]+, minimum [\d.]+, surmenok [\d.]+\./);
  expect(words).toContain(
    "from 1e-6 to 10 in 200 steps. The curve shows the loss of each batch (median of 3 shuffles).",
  );
  expect(finderInWords({ ...one, probe: 256 })).toContain("The curve shows the loss on the same 256 images");
  expect(finderInWords(diverged)).toMatch(/No learning rate chosen for sgd: the sweep began too high/);
});

describe("the report of a run whose rate was searched", () => {
  const run = fixtureRun();
  const withFinder = (finder: FinderResult | null): Run => ({
    folder: "runs/first",
    ...run,
    facts: { ...run.facts, finder },
  });

  test("has the plot, its description and all suggestions with their reasons", () => {
    const page = report({ run: withFinder(one) });
    const { document } = parseHTML(page);
    const section = document.querySelector("#rate");
    expect(section?.textContent).toContain("Learning-rate search");
    expect([...(section?.querySelectorAll("tbody th") ?? [])].map((cell) => cell.textContent)).toEqual(
      Object.keys(one.suggestions),
    );
    expect(section?.textContent).toContain(one.chosen?.why as string);
    expect(section?.textContent).not.toContain("the default of");
    expect(document.querySelector('nav a[href="#rate"]')).not.toBeNull();
    expect(plotsOfRun(withFinder(one)).finder).toContain("<svg");
  });

  test("names the default if the search found no rate, and has no section without a search", () => {
    const none = report({ run: withFinder(diverged) });
    expect(parseHTML(none).document.querySelector("#rate")?.textContent).toContain("the default of");
    expect(report({ run: withFinder(null) })).not.toContain('id="rate"');
    expect(plotsOfRun(withFinder(null))).not.toHaveProperty("finder");
  });
});

test("numbers of epochs with fewer and fewer steps do not overlap", () => {
  const epochEnds = [100, 200, 300, 310, 320, 330];
  const steps = Array.from({ length: 330 }, (_, step) => ({ step, epoch: 0, lr: step }));
  const { document } = parseHTML(hyperparametersPlot({ steps, epochEnds }));
  const numbers = [...document.querySelectorAll("text")].map((text) => text.textContent ?? "");
  expect(numbers.filter((text) => /^[1-6]$/.test(text))).toEqual(["1", "2", "3", "5"]);
});
