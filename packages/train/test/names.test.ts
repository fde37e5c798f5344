import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { confusionPlot, png } from "../src/plots/index.ts";
import { report } from "../src/report/report.ts";
import type { Run } from "../src/run-folder/read.ts";
import { columnsOf, cut, padEnd, shorten, visible } from "../src/text/index.ts";
import { fixtureRun } from "./fixture-run.ts";
import { fc } from "./property.ts";
import { all, parseXml, textOf } from "./xml.ts";

/** Names as folders have them, with what a reader is shown. */
const NAMES: readonly (readonly [name: string, shown: string])[] = [
  ["People & Body", "People & Body"],
  ["&amp;", "&amp;"],
  ["&#160;", "&#160;"],
  [`<b>"it's"</b>`, `<b>"it's"</b>`],
  ["]]>", "]]>"],
  ["bell\u0007 and \u001B[31mred", "bell\\u0007 and \\u001b[31mred"],
  ["C1 \u009B31m", "C1 \\u009b31m"],
  ["two\nlines", "two\\u000alines"],
  ["gpj.\u202Eexe", "gpj.\\u202eexe"],
  ["\u2066isolated\u2069", "\\u2066isolated\\u2069"],
  ["half \uD83D of it", "half \\ud83d of it"],
  ["none \uFFFE\uFFFF", "none \\ufffe\\uffff"],
  ["beyond \u{1FFFE}", "beyond \\ud83f\\udffe"],
  ["猫と犬", "猫と犬"],
  ["👩‍👩‍👧", "👩‍👩‍👧"],
];

const OTHER = "other";
const matrix = [
  [1, 9],
  [0, 5],
] as const;
const confusionOf = (name: string, width = 720): string =>
  confusionPlot({ classNames: [name, OTHER], confusion: matrix }, { width });
const runOf = (name: string): Run => {
  const run = fixtureRun({ classNames: [name, OTHER], stepsPerEpoch: 2, epochs: 1 });
  return { ...run, folder: "runs/first", result: run.result && { ...run.result, confusion: matrix } };
};

describe("a class named", () => {
  test.each(NAMES)("%j is read as %s: in the picture, its words and the page", async (name, shown) => {
    const svg = confusionOf(name);
    const root = parseXml(svg);
    expect(root.attributes["aria-label"]).toContain(`Most frequent confusions: ${shown} as other, 9`);
    expect(all(root, "title").map(textOf)).toContain(`${shown} predicted as other: 9 (90.0\u00a0%)`);
    const texts = all(root, "text").map(textOf);
    expect(texts.some((text) => text === shown || (text.endsWith("…") && shown.startsWith(text.slice(0, -1))))).toBe(
      true,
    );
    expect((await png(svg)).length).toBeGreaterThan(1000);
    const { document } = parseHTML(report({ run: runOf(name) }));
    const cells = [...document.querySelectorAll("#classes th[scope=row]")].map((cell) => cell.textContent);
    expect(cells).toContain(shown);
    expect(document.querySelector("#classes svg")?.getAttribute("aria-label")).toContain(`${shown} as other`);
  });

  const anything = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.constantFrom("\uD800"));

  test("anything in Unicode makes a picture that an XML parser reads, with the name in its words", () => {
    fc.assert(
      fc.property(anything, fc.constantFrom(340, 720), (name, width) => {
        const root = parseXml(confusionOf(name, width));
        // An attribute's line break would be a space: none is left in a name.
        if (!/^\d+$/.test(name))
          expect(root.attributes["aria-label"]).toContain(`confusions: ${visible(name)} as other`);
        for (const text of all(root, "text")) expect(visible(textOf(text))).toBe(textOf(text));
      }),
    );
  });

  test("anything in Unicode is in the page as a reader is shown it, and nothing of it is hidden", () => {
    fc.assert(
      fc.property(anything, (name) => {
        const page = report({ run: runOf(name) });
        expect(page.replaceAll("\n", "")).toBe(visible(page.replaceAll("\n", "")));
        const { document } = parseHTML(page);
        const cells = [...document.querySelectorAll("#classes th[scope=row]")].map((cell) => cell.textContent);
        expect(cells.map((cell) => visible(cell ?? ""))).toContain(visible(name));
      }),
      { numRuns: 12 },
    );
  }, 180_000);
});

describe("columns", () => {
  test.each([
    ["abc", 3],
    ["猫", 2],
    ["ｶﾀ", 2],
    ["e\u0301", 1],
    ["👩‍👩‍👧", 2],
    ["🇨🇭", 2],
    ["한국어", 6],
  ])("%s has %i", (text, columns) => expect(columnsOf(text)).toBe(columns));

  test.each([
    ["猫と犬", 5, "猫と"],
    ["ne\u0301e", 2, "ne\u0301"],
    ["a👩‍👩‍👧b", 2, "a"],
    ["a👩‍👩‍👧b", 3, "a👩‍👩‍👧"],
    ["abc", 0, ""],
  ])("%s in %i is cut to %s", (text, columns, kept) => expect(cut(text, columns)).toBe(kept));

  test("what is shortened is no wider than it may be, and what is padded as wide", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 2, max: 12 }), (text, columns) => {
        const short = shorten(visible(text), columns);
        expect(columnsOf(short)).toBeLessThanOrEqual(columns);
        expect(columnsOf(padEnd(short, columns))).toBe(columns);
      }),
    );
  });
});
