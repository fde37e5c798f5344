import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { openDataSet } from "@downhill/images";
import { mutateBytes } from "../mutate.mjs";

const FIXTURES = fileURLToPath(new URL("../../../packages/images/test/fixtures/", import.meta.url));

/** Data sets of few files, of which one is damaged. */
const SETS = [
  ["arrays/medmnist.npz"],
  ["arrays/keras.npz"],
  ["arrays/fortran.npz"],
  ["arrays/names.npz"],
  ["arrays/pair/images.npy", "arrays/pair/labels.npy"],
  ["containers/hub/data/train-00000-of-00002.parquet", "containers/hub/data/test-00000-of-00001.parquet"],
  ...["none", "gzip", "brotli", "lz4", "snappy"].map((codec) => [`containers/codecs/${codec}.parquet`]),
  ["containers/shards/train-000000.tar", "containers/shards/train-000001.tar"],
  ["containers/named-shards/test/0.tar.gz"],
  ["containers/slim/train-00000-of-00002", "containers/slim/train-00001-of-00002"],
  ["containers/tfds-gz/train.tfrec.gz"],
  ["containers/stl10_binary/train_X.bin.gz", "containers/stl10_binary/train_y.bin"],
];

/** Tests damaged containers: an accepted one has labels with names, and leaves no unpacked file. */
export async function prepare() {
  return SETS.map((paths) => paths.map((path) => ({ path, bytes: readFileSync(join(FIXTURES, path)) })));
}

export async function run(sets, random, folder) {
  const files = random.pick(sets);
  const damaged = random.below(files.length);
  for (const [i, { path, bytes }] of files.entries()) {
    const inside = path.endsWith(".gz") && random.share() < 0.5;
    const changed = inside ? gzipSync(mutateBytes(gunzipSync(bytes), random)) : mutateBytes(bytes, random);
    mkdirSync(join(folder, "data"), { recursive: true });
    writeFileSync(join(folder, "data", basename(path)), i === damaged ? changed : bytes);
  }
  const cache = join(folder, "cache");
  try {
    const { train, test, classNames } = await openDataSet(join(folder, "data"), {
      cache,
      memoryLimit: random.pick([100, 2 ** 20]),
    });
    for (const set of [train, test]) {
      for (let i = 0; i < (set?.length ?? 0); i++)
        assert.ok(classNames[set.labels[i]] !== undefined, "a label has a name");
    }
  } finally {
    const kept = readdirSync(folder).includes("cache") ? readdirSync(cache) : [];
    assert.deepEqual(
      kept.filter((file) => file.endsWith(".unfinished")),
      [],
      "no unpacked file is left",
    );
  }
}
