import { join } from "node:path";
import { columnsOf, visible, visibleLines } from "@downhill/train/text";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { fit } from "../src/output/fit.ts";
import { Output } from "../src/output/output.ts";
import { pairs, table } from "../src/output/table.ts";
import { wrap } from "../src/output/wrap.ts";
import { makePhotos } from "./support/data.ts";
import { temporaryFolder } from "./support/downhill.ts";
import { inProcess } from "./support/in-process.ts";

vi.setConfig({ testTimeout: 300_000 });

/** An output in color, and what its streams were sent. */
function outputOf(columns = 80): { readonly output: Output; readonly sent: string[] } {
  const sent: string[] = [];
  const stream = { isTTY: true, columns, write: (text: string) => sent.push(text) } as unknown as NodeJS.WriteStream;
  return { output: new Output(stream, stream, { LANG: "C.UTF-8", FORCE_COLOR: "1" }), sent };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape of colors
const COLORS = /\u001B\[\d+m/g;
const HOSTILE = "cat\u0007\u001B[31m\u009B2J\u202Egpj";
const HOSTILE_SHOWN = "cat\\u0007\\u001b[31m\\u009b2J\\u202egpj";

test("a hostile name is shown as escapes wherever it is printed, and colors stay", () => {
  const { output, sent } = outputOf();
  output.print(`${output.results.style("bold", HOSTILE)} ${HOSTILE}`);
  output.log(HOSTILE);
  output.error(HOSTILE);
  output.status([{ text: HOSTILE, drop: 0 }]);
  output.print(table(output.results, [{ title: HOSTILE, style: "red" }], [[HOSTILE]]));
  const shown = sent.join("").replaceAll("\r\u001B[2K", "");
  expect(shown.match(COLORS)).toEqual([
    "\u001B[1m",
    "\u001B[22m",
    "\u001B[2m",
    "\u001B[22m",
    "\u001B[2m",
    "\u001B[22m",
    "\u001B[31m",
    "\u001B[39m",
  ]);
  const plain = shown.replaceAll(COLORS, "");
  expect(visibleLines(plain)).toBe(plain);
  expect(plain.split(HOSTILE_SHOWN)).toHaveLength(8);
});

test("JSON has the name itself, and nothing that a terminal obeys", () => {
  const { output, sent } = outputOf();
  output.json({ name: HOSTILE, lines: "\u2028", half: "\uD800", none: "\u{1FFFE}" });
  expect(visibleLines(sent.join(""))).toBe(sent.join(""));
  expect(JSON.parse(sent.join(""))).toEqual({ name: HOSTILE, lines: "\u2028", half: "\uD800", none: "\u{1FFFE}" });
});

const anything = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));

describe("names in any script", () => {
  test("a table's columns are aligned, whatever is in them", () => {
    fc.assert(
      fc.property(fc.array(anything, { minLength: 1 }), (names) => {
        const { output } = outputOf(1000);
        const lines = table(
          output.results,
          [{ title: "class" }, { title: "n" }],
          names.map((name) => [name, "|"]),
        ).split("\n");
        expect(lines).toHaveLength(names.length + 1);
        const ends = lines.slice(1).map((line) => columnsOf(line));
        expect(new Set(ends).size).toBe(1);
      }),
    );
  });

  test.each([
    [
      ["猫", "dog"],
      ["猫   1", "dog  1"],
    ],
    [
      ["ne\u0301e", "abc"],
      ["ne\u0301e  1", "abc  1"],
    ],
    [
      ["👩‍👩‍👧", "a"],
      ["👩‍👩‍👧  1", "a   1"],
    ],
  ])("%j", (names, lines) => {
    const { output } = outputOf();
    expect(
      table(
        output.results,
        [{ title: "" }, { title: "" }],
        names.map((name) => [name, "1"]),
      ).split("\n"),
    ).toEqual(lines);
  });

  test("a line that is redrawn is never wider than its terminal, and no character is cut in two", () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 0, max: 30 }), (name, columns) => {
        const line = fit(
          [
            { text: name, drop: 0 },
            { text: "loss 0.3", drop: 1 },
          ],
          columns,
          " · ",
        );
        expect(columnsOf(line)).toBeLessThanOrEqual(columns);
        expect(line).toBe(visible(line));
      }),
    );
  });

  test("a paragraph is wrapped by columns", () => {
    expect(wrap("猫猫猫 犬犬犬 cat", 10).split("\n")).toEqual(["猫猫猫", "犬犬犬 cat"]);
    expect(pairs(outputOf().output.results, [["猫", "x"]])).toContain("猫");
  });
});

test("a command with hostile names of files and classes", async () => {
  const folder = temporaryFolder();
  await makePhotos(join(folder, "photos"), {
    "a\u001B[31mb\u0007": 12,
    "People & Body": 12,
    "two\nlines": 12,
    猫の写真: 12,
  });
  const ended = [
    await inProcess(folder, ["data", "inspect", "photos"]),
    await inProcess(folder, ["data", "inspect", "photos", "--json"]),
    await inProcess(folder, ["data", "inspect", "no\u001B[31mfolder\u0007"]),
    await inProcess(folder, ["train", "photos", "--no\u001B[31mflag"]),
  ];
  for (const { stdout, stderr } of ended) expect(visibleLines(stdout + stderr)).toBe(stdout + stderr);
  expect(ended.map(({ status }) => status)).toEqual([0, 0, 2, 2]);
  expect(ended[0]?.stdout).toContain("a\\u001b[31mb\\u0007");
  const sections = (ended[0]?.stdout ?? "").split("\n\n");
  const table = sections.find((section) => section.includes("People & Body"))?.split("\n") ?? [];
  expect(table).toHaveLength(6);
  const withoutBars = table.map((line) => line.replace(/ {2}[\u2580-\u259f]+$/, ""));
  expect(new Set(withoutBars.map((line) => columnsOf(line))).size).toBe(1);
  expect(JSON.stringify(JSON.parse(ended[1]?.stdout ?? ""))).toContain("a\\u001b[31mb\\u0007");
  expect(ended[2]?.stderr).toContain("no\\u001b[31mfolder");
});
