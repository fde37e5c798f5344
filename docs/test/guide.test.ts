import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { blocksOf, docs } from "./support/blocks.ts";
import { makePhotos, png } from "./support/photos.ts";
import { Reader } from "./support/reader.ts";

vi.setConfig({ testTimeout: 300_000 });

const pages = readdirSync(docs("guide")).filter((file) => file.endsWith(".md"));
const blocks = Object.fromEntries(pages.map((page) => [page, blocksOf(`guide/${page}`)]));

/** Numbers differ from machine to machine, and with the shortened trainings. */
const masked = (text: string): string[] =>
  text
    .split("\n")
    .filter((line) => line !== "" && line !== "...")
    .map((line) =>
      line
        .replaceAll(/[\d.,:]+/g, "#")
        .replaceAll(/\s+/g, " ")
        .replace(/ best$/, "")
        .trim(),
    );

describe.each(pages)("%s", (page) => {
  const reader = new Reader();
  afterAll(() => reader.close());
  beforeAll(async () => {
    await makePhotos(join(reader.folder, "photos"), ["cat", "dog"], 20);
    writeFileSync(join(reader.folder, "photo.jpg"), await png(0, 0, 64));
  });

  const runnable = (blocks[page] ?? []).filter(
    ({ language, notRun }) => ["sh", "ts", "js", "json"].includes(language) && notRun === null,
  );
  test.each(runnable.map((block, i) => [i + 1, block.text.trim().split("\n")[0], block] as const))(
    "block %i runs: %s",
    async (_, __, block) => {
      if (block.language === "json") {
        writeFileSync(join(reader.folder, "downhill.config.json"), block.text);
        expect(JSON.parse(block.text)).toHaveProperty("$schema");
        return;
      }
      const { status, stdout, stderr } = await reader.run(block);
      expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
      if (block.output === null) return;
      if (block.language === "sh")
        expect(masked(`${stderr}\n${stdout}`)).toEqual(expect.arrayContaining(masked(block.output)));
      else expect(stdout).toBe(block.output);
    },
  );
});

test("only downloads and long trainings are not run", () => {
  const left = Object.values(blocks)
    .flat()
    .filter(({ notRun }) => notRun !== null);
  expect(left.map(({ text, notRun }) => `${text.split("\n")[0]}: ${notRun?.split(";")[0]}`)).toEqual([
    "npm install downhill: downloads from the npm registry",
    "npm install onnxruntime-web@1.30.0: downloads from the npm registry",
    "import json: downloads from PyPI",
    "npm install geotiff: downloads from the npm registry",
    "npx downhill train photos --epochs 5 --folds 5 --out runs/folds: trains five times",
  ]);
});

test("every other block is output, or runs", () => {
  const languages = new Set(
    Object.values(blocks)
      .flat()
      .map(({ language }) => language),
  );
  expect([...languages].sort()).toEqual(["js", "json", "python", "sh", "text", "ts"]);
});
