import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { openDataSet } from "@downhill/images";
import { mutateBytes, mutateJson, mutateText } from "../mutate.mjs";

const sharp = createRequire(new URL("../../../packages/images/package.json", import.meta.url))("sharp");

const NAMES = ["a.png", "b.png", "c d.png", "e.png"];
const ROWS = NAMES.map((file, i) => ({ file, label: i < 2 ? "cat" : "dog", split: i % 2 === 0 ? "train" : "test" }));
const table = (separator) =>
  [["file", "label", "split"], ...ROWS.map(Object.values)].map((row) => `${row.join(separator)}\n`).join("");
const pixels = ROWS.map(({ label }, i) => `${label},"${Array.from({ length: 16 }, (_, k) => i * k).join(" ")}"\n`);

/** The words that may replace a token of a table. */
const WORDS = ['"', ",", ";", "\t", "\n", "\r", "cat", "..", "/", "\\", "a.png", "1", "0.5", "\uFEFF", "\0", "é", ""];

/** Tests damaged tables of labels: an accepted one has images of the folder and classes with names. */
export async function prepare() {
  const raw = { width: 4, height: 4, channels: 1 };
  const images = await Promise.all(
    NAMES.map((_, i) =>
      sharp(Buffer.from(Array.from({ length: 16 }, (_, k) => (i * 16 + k) * 3)), { raw })
        .png()
        .toBuffer(),
    ),
  );
  const texts = {
    "labels.csv": table(","),
    "labels.tsv": table("\t"),
    "train.txt": ROWS.map(({ file, label }) => `${file} ${label}\n`).join(""),
    "labels.jsonl": ROWS.map((row) => `${JSON.stringify(row)}\n`).join(""),
    "one-hot.csv": `file,cat,dog\n${ROWS.map(({ file, label }) => `${file},${label === "cat" ? "1,0" : "0,1"}\n`).join("")}`,
    "pixels.csv": `label,pixels\n${pixels.join("")}`,
  };
  return { images, texts };
}

export async function run({ images, texts }, random, folder) {
  mkdirSync(join(folder, "images"));
  for (const [i, name] of NAMES.entries()) writeFileSync(join(folder, "images", name), images[i]);
  const isJson = random.share() < 0.15;
  const name = isJson ? "labels.json" : random.pick(Object.keys(texts));
  const text = isJson ? mutateJson(ROWS, random) : mutateText(texts[name], random, WORDS);
  const encoded = Buffer.from(text, random.share() < 0.1 ? "utf16le" : "utf8");
  writeFileSync(join(folder, name), random.share() < 0.3 ? mutateBytes(encoded, random) : encoded);
  const options = random.share() < 0.5 ? { labels: name } : {};
  const data = await openDataSet(folder, { cache: join(folder, "cache"), ...options });
  for (const set of [data.train, data.validation, data.test]) {
    if (set === null) continue;
    assert.ok(set.length >= 1 && set.length <= 200_000);
    for (let i = 0; i < set.length; i++) {
      assert.ok(data.classNames[set.labels[i]], "a label has a name");
      const shown = set.nameOf(i);
      assert.ok(name === "pixels.csv" || NAMES.some((file) => shown === `images/${file}`), `${shown} is an image`);
    }
  }
}
