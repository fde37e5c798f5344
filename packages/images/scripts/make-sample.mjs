// Makes the sample of this package from a folder with Fashion-MNIST:
//   node packages/images/scripts/make-sample.mjs FOLDER
// It takes the images that the package's seeded limits choose, with the classes in proportion: the same ones each time.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { builtIns, openDataSet } from "@downhill/images";

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error("Usage: node packages/images/scripts/make-sample.mjs FOLDER_OF_FASHION_MNIST");
  process.exit(2);
}
const { train, test } = await openDataSet(folder, { trainLimit: 10_000, testLimit: 2_000 });
const target = fileURLToPath(new URL("../data/sample/", import.meta.url));
mkdirSync(target, { recursive: true });

const header = (...numbers) => {
  const bytes = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, i) => {
    bytes.writeUInt32BE(number, 4 * i);
  });
  return bytes;
};

function write(name, ...parts) {
  const bytes = gzipSync(Buffer.concat(parts), { level: 9 });
  // The number of the operating system is the only byte that differs between machines.
  bytes[9] = 255;
  writeFileSync(`${target}${name}`, bytes);
  console.log(`${name}: ${bytes.length} bytes`);
}

for (const [word, set] of Object.entries({ train, t10k: test })) {
  const [, height, width] = set.imageShape;
  const images = new Uint8Array(set.length * height * width);
  for (let i = 0; i < set.length; i++) set.read(i, images, i * height * width);
  write(`${word}-images-idx3-ubyte.gz`, header(0x0803, set.length, height, width), images);
  write(`${word}-labels-idx1-ubyte.gz`, header(0x0801, set.length), Uint8Array.from(set.labels));
}
writeFileSync(`${target}classes.txt`, `${builtIns.sample.classNames.join("\n")}\n`);
