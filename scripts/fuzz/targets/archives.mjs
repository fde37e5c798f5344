import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { openDataSet } from "@downhill/images";
import { mutateBytes } from "../mutate.mjs";

const FIXTURES = fileURLToPath(new URL("../../../packages/images/test/fixtures/archives/", import.meta.url));
const NAMES = [
  "python-deflated.zip",
  "python-zip64.zip",
  "dos-names.zip",
  "links.zip",
  "encrypted.zip",
  "python-pax.tar",
  "links.tar",
  "tar.tar.gz",
  "zstd.tar.zst",
];

/** Tests damaged archives: an accepted one has images of one size and classes of the folder, and nothing lies beside it. */
export async function prepare() {
  return Object.fromEntries(NAMES.map((name) => [name, readFileSync(join(FIXTURES, name))]));
}

export async function run(archives, random, folder) {
  const name = random.pick(NAMES);
  const bytes = archives[name];
  const inside = name.endsWith(".gz") && random.share() < 0.5;
  const path = join(folder, name);
  writeFileSync(path, inside ? gzipSync(mutateBytes(gunzipSync(bytes), random)) : mutateBytes(bytes, random));
  const cache = join(folder, "cache");
  try {
    const { train, classNames } = await openDataSet(path, { cache, memoryLimit: random.pick([100, 2 ** 20]) });
    assert.ok(train.imageShape.every((size) => size >= 1 && size <= 64));
    assert.ok(train.length >= 1 && train.length <= 12);
    for (let i = 0; i < train.length; i++) assert.ok(classNames[train.labels[i]] !== undefined, "a label has a name");
  } finally {
    assert.deepEqual(
      readdirSync(folder).filter((file) => file !== "cache"),
      [name],
    );
    const kept = readdirSync(folder).includes("cache") ? readdirSync(cache) : [];
    assert.deepEqual(
      kept.filter((file) => !file.endsWith(".images")),
      [],
      "no unpacked file is left",
    );
  }
}
