import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openDataSet } from "@downhill/images";
import { mutateBytes, mutateText } from "../mutate.mjs";

const RECORD = 3073;
const NAMES = "airplane automobile bird cat deer dog frog horse ship truck".split(" ").join("\n");

/** Tests folders in CIFAR-10's binary format: an accepted one contains every record of its files. */
export async function prepare() {
  const records = (...labels) =>
    Buffer.concat(
      labels.map((label) =>
        Buffer.from(Array.from({ length: RECORD }, (_, i) => (i === 0 ? label : (i * 31 + label) % 256))),
      ),
    );
  return {
    "data_batch_1.bin": records(3, 9, 0, 1),
    "data_batch_2.bin": records(2, 5),
    "test_batch.bin": records(5, 0),
  };
}

export async function run(files, random, folder) {
  const damaged = random.pick([...Object.keys(files), "batches.meta.txt"]);
  const written = {};
  for (const [name, bytes] of Object.entries(files)) {
    written[name] = name === damaged ? mutate(bytes, random) : bytes;
    writeFileSync(join(folder, name), written[name]);
  }
  if (damaged === "batches.meta.txt")
    writeFileSync(join(folder, damaged), mutateText(NAMES, random, ["cat", "\0", "\u202e", ""]));
  const data = await openDataSet(folder, { cache: join(folder, "cache") });
  const test = written["test_batch.bin"];
  assert.equal(data.test.length, test.length / RECORD);
  for (let i = 0; i < data.test.length; i++) {
    const pixels = new Uint8Array(RECORD - 1);
    data.test.read(i, pixels);
    assert.equal(data.test.labels[i], test[i * RECORD]);
    assert.deepEqual(pixels, Uint8Array.from(test.subarray(i * RECORD + 1, (i + 1) * RECORD)));
  }
}

/** Some files keep their length, so that their labels are read: a record is long. */
function mutate(bytes, random) {
  const what = random.below(3);
  if (what === 0) return mutateBytes(bytes, random);
  if (what === 1) return bytes.subarray(0, RECORD * random.below(bytes.length / RECORD + 1));
  const changed = Buffer.from(bytes);
  changed[RECORD * random.below(bytes.length / RECORD)] = random.below(256);
  return changed;
}
