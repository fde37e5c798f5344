import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "./support/blocks.ts";

const DOCUMENTS = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "SECURITY.md",
  "benchmarks/README.md",
  "examples/README.md",
  ...["cli", "graph", "images", "lab", "optim", "train"].map((name) => `packages/${name}/README.md`),
].filter((path) => existsSync(root(path)));

const { scripts } = JSON.parse(readFileSync(root("package.json"), "utf8")) as { scripts: Record<string, string> };

const matches = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = ""]) => found);

/** The anchor that Git hosts give a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");

const anchorsOf = (path: string): string[] => matches(readFileSync(path, "utf8"), /^#+ (.*)$/gm).map(anchorOf);

describe.each(DOCUMENTS)("%s", (document) => {
  const text = readFileSync(root(document), "utf8");

  test("has links to files and headings that exist", () => {
    const dead = matches(text, /\]\(([^)\s]+)\)/g).filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? root(document) : join(dirname(root(document)), path);
      return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
    });
    expect(dead).toEqual([]);
  });

  test("names files and folders that exist", () => {
    const named = matches(text, /`((?:packages|docs|scripts|checks|benchmarks|examples)\/[\w./-]*)`/g);
    expect(named.filter((path) => !existsSync(root(path)))).toEqual([]);
  });

  test("names scripts of npm that exist", () => {
    const named = matches(text, /npm run ([\w:-]+)/g);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
