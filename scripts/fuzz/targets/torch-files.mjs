import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPretrained } from "@downhill/train";
import { mutateBytes } from "../mutate.mjs";

const FIXTURE = new URL("../../../packages/train/test/fixtures/torch-files.json", import.meta.url);

/** Tests files of torch.save: an accepted one has tensors of as many numbers as their shapes. */
export async function prepare() {
  const { files, refused } = JSON.parse(readFileSync(FIXTURE, "utf8"));
  return [...Object.values(files), ...Object.values(refused)].map((text) => Buffer.from(text, "base64"));
}

export async function run(files, random) {
  const folder = mkdtempSync(join(tmpdir(), "downhill-fuzz-"));
  try {
    const path = join(folder, "weights.pth");
    writeFileSync(path, mutateBytes(random.pick(files), random));
    for (const { shape, values } of openPretrained(path).tensors()) {
      assert.equal(
        values().length,
        shape.reduce((product, size) => product * size, 1),
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
