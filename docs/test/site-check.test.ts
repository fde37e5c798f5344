import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { problemsOf } from "../check/site.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "downhill-site-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function site(files: Readonly<Record<string, string>>): string[] {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return problemsOf(folder);
}

test.each([
  ["a page", '<a href="/guide/">', []],
  ["a page beside it", '<a class="x" href="guide/index.html#start">', []],
  ["an anchor of its own", '<h2 id="here"><a href="#here">', []],
  ["another site", '<a href="https://example.org/">', []],
  ["a page that does not exist", '<a href="/none.html">', ["index.html: /none.html does not exist"]],
  ["an anchor that does not exist", '<a href="/guide/#end">', ["index.html: /guide/#end has no such anchor"]],
  ["a missing picture", '<img alt="" src="/a.png">', ["index.html: /a.png does not exist"]],
  [
    "a font of another host",
    '<link rel="stylesheet" href="https://x.org/a.css">',
    ["index.html: https://x.org/a.css is on another host"],
  ],
])("a link to %s", (_, html, expected) => {
  expect(site({ "index.html": html, "guide/index.html": '<h2 id="start">' })).toEqual(expected);
});

test("a file of another host in a stylesheet", () => {
  expect(site({ "a.css": "@font-face { src: url(//fonts.example.org/a.woff2) }" })).toEqual([
    "a.css: //fonts.example.org/a.woff2 is on another host",
  ]);
});
