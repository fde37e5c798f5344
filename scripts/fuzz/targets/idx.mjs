import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { openDataSet } from "@downhill/images";
import { mutateBytes } from "../mutate.mjs";

const [ROWS, COLUMNS] = [4, 3];

function idx(sizes, bytes) {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.set([0, 0, 8, sizes.length]);
  for (const [i, size] of sizes.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([header, bytes]);
}

/** Tests folders in MNIST's format: an accepted one has the sizes of its headers and the labels of its files. */
export async function prepare() {
  const part = (count, first) => [
    idx(
      [count, ROWS, COLUMNS],
      Buffer.from(Array.from({ length: count * ROWS * COLUMNS }, (_, i) => (i * 37 + first) % 256)),
    ),
    idx([count], Buffer.from(Array.from({ length: count }, (_, i) => i % 3))),
  ];
  const [trainImages, trainLabels] = part(6, 0);
  const [testImages, testLabels] = part(4, 101);
  return {
    "train-images-idx3-ubyte": trainImages,
    "train-labels-idx1-ubyte": trainLabels,
    "t10k-images-idx3-ubyte": testImages,
    "t10k-labels-idx1-ubyte": testLabels,
  };
}

export async function run(files, random, folder) {
  const damaged = random.pick(Object.keys(files));
  const gz = random.share() < 0.5;
  const written = {};
  for (const [name, bytes] of Object.entries(files)) {
    const own = name === damaged ? mutateBytes(gz && random.share() < 0.5 ? gzipSync(bytes) : bytes, random) : bytes;
    const inside = own[0] === 0x1f && own[1] === 0x8b ? own : gz ? gzipSync(own) : own;
    written[name] = inside;
    writeFileSync(join(folder, gz ? `${name}.gz` : name), inside);
  }
  const data = await openDataSet(folder, { cache: join(folder, "cache") });
  for (const [set, prefix] of [
    [data.train, "train"],
    [data.test, "t10k"],
  ]) {
    const [images, labels] = [`${prefix}-images-idx3-ubyte`, `${prefix}-labels-idx1-ubyte`].map((name) =>
      gz ? gunzipSync(written[name]) : written[name],
    );
    const [count, rows, columns] = [4, 8, 12].map((at) => images.readUInt32BE(at));
    assert.deepEqual(set.imageShape, [1, rows, columns]);
    assert.equal(images.length, 16 + count * rows * columns);
    assert.equal(labels.length, 8 + count);
    if (prefix === "t10k") assert.equal(set.length, count);
    for (let i = 0; i < set.length; i++) {
      const pixels = new Uint8Array(rows * columns);
      set.read(i, pixels);
      assert.ok(data.classNames[set.labels[i]] !== undefined, "a label has a name");
      if (prefix === "t10k")
        assert.deepEqual(
          pixels,
          Uint8Array.from(images.subarray(16 + i * pixels.length, 16 + (i + 1) * pixels.length)),
        );
    }
  }
}
