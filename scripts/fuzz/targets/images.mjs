import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { readImage } from "@downhill/images";
import { mutateBytes } from "../mutate.mjs";

const sharp = createRequire(new URL("../../../packages/images/package.json", import.meta.url))("sharp");

const FIXTURES = new URL("../../../packages/images/test/fixtures/formats/", import.meta.url);

/** Tests image files: an accepted one has the requested number of pixels. */
export async function prepare() {
  const formats = readdirSync(FIXTURES).map((name) => readFileSync(new URL(name, FIXTURES)));
  const common = await commonImages();
  return { formats, common };
}

/** Returns images in the formats that sharp reads. */
function commonImages() {
  const raw = (channels) =>
    sharp(Buffer.from(Array.from({ length: 12 * 10 * channels }, (_, i) => (i * 29) % 256)), {
      raw: { width: 12, height: 10, channels },
    });
  return Promise.all([
    ...["png", "jpeg", "webp", "gif", "tiff", "avif"].map((format) => raw(3).toFormat(format).toBuffer()),
    raw(4).png().toBuffer(),
    raw(1).tiff({ compression: "none" }).toBuffer(),
    raw(3).jpeg({ progressive: true }).withMetadata({ orientation: 6 }).toBuffer(),
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="12" height="10"><rect width="9" height="9"/></svg>'),
  ]);
}

export async function run({ formats, common }, random, folder) {
  const file = join(folder, `image.${random.pick(["png", "jpg", "tif", "webp"])}`);
  writeFileSync(file, mutateBytes(random.pick(random.share() < 0.7 ? formats : common), random));
  const options = random.pick([{}, {}, { bands: [3, 2, 1] }, { valueRange: [0, 3000] }]);
  const shape = random.pick([
    [1, 8, 8],
    [3, 5, 16],
  ]);
  const pixels = await readImage(file, shape, options);
  assert.ok(pixels instanceof Uint8Array);
  assert.equal(pixels.length, shape[0] * shape[1] * shape[2]);
}
