// Benchmark of photographs: decoding a folder of JPEG files, against PyTorch's DataLoader with Pillow. See README.md.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLoader, openDataSet } from "@downhill/images";
import sharp from "sharp";
import { readArguments } from "./common/arguments.mjs";
import { describeMachine } from "./common/machine.mjs";
import { showTarget, table, target, thousands } from "./common/report.mjs";

const USAGE = `Usage: npm run bench -- photographs [--images N] [--size N] [--folder FOLDER] [--python PATH]

Makes a folder of JPEG files of 500x375 pixels from the photographs in the folder sign-language-digits of DOWNHILL_DATA, or
uses a folder that exists. Reads it as a training does, and as PyTorch's DataLoader does.
  --images N       number of files (default 5000)
  --size N         side to which images are resized (default 64)
  --folder FOLDER  folder of the files, kept for the next time (default: a temporary one)
  --python PATH    Python with torch, numpy and Pillow (default python3)`;

const values = readArguments(
  USAGE,
  {
    images: { type: "string", default: "5000" },
    size: { type: "string", default: "64" },
    folder: { type: "string" },
    python: { type: "string", default: "python3" },
  },
  ({ images, size }) =>
    [images, size].every((text) => Number.isInteger(Number(text)) && Number(text) > 0)
      ? undefined
      : "Expected whole numbers above 0",
);
const [images, size] = [Number(values.images), Number(values.size)];
const CLASSES = 10;
const SCRIPT = fileURLToPath(new URL("photographs/loader.py", import.meta.url));

const temporary = mkdtempSync(join(tmpdir(), "downhill-bench-"));
try {
  const { processor, cores, system, node } = describeMachine([]);
  console.log(`${new Date().toISOString().slice(0, 10)}: ${processor}, ${cores} cores, ${system}, Node ${node}`);
  const folder = values.folder ?? join(temporary, "photographs");
  await makePhotographs(folder);
  const ours = await downhill(folder);
  const theirs = pytorch(folder, cores);
  const best = Math.max(...theirs.map(({ perSecond }) => perSecond));
  const plain = Math.max(...theirs.filter(({ draft }) => !draft).map(({ perSecond }) => perSecond));
  const rows = [
    { reader: "Downhill, the first time: checked, decoded and kept", perSecond: ours.first, against: plain },
    { reader: "Downhill, the next time: from the cache", perSecond: ours.again },
    { reader: "Downhill, each epoch: batches from the memory", perSecond: ours.epoch },
    ...theirs.map(({ workers, draft, perSecond, torch }) => ({
      reader: `PyTorch ${torch}, Pillow, ${workers} workers${draft ? ", draft mode" : ""}, each epoch`,
      perSecond,
    })),
  ].map((row) =>
    row.against > 0 ? { ...row, target: target(">= 1.5 of PyTorch", row.perSecond >= 1.5 * row.against) } : row,
  );
  console.log(`\n${thousands(images)} JPEG files of 500x375, resized to ${size}x${size}:\n`);
  console.log(
    table({
      columns: [
        ["reader", ({ reader }) => reader],
        ["images per second", ({ perSecond }) => thousands(Math.round(perSecond))],
        ["target", showTarget],
      ],
      rows,
    }),
  );
  if (best > 0)
    console.log(
      `\nThe first time, against PyTorch's best: ${(ours.first / best).toFixed(2)} of its images per second.`,
    );
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

/** Enlarges photographs, with a different part of each, so that no two files are equal. */
async function makePhotographs(folder) {
  const source = join(process.env.DOWNHILL_DATA ?? "", "sign-language-digits");
  if (existsSync(folder)) return;
  if (!existsSync(source)) {
    console.error(
      `${source}: there is no such folder. Set DOWNHILL_DATA to a folder that contains sign-language-digits.`,
    );
    process.exit(1);
  }
  const files = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.jpe?g$/i.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  console.log(`Making ${thousands(images)} photographs`);
  for (let label = 0; label < CLASSES; label++) mkdirSync(join(folder, `class ${label}`), { recursive: true });
  for (let i = 0; i < images; i++) {
    const shift = Math.floor(i / files.length) % 32;
    const noise = { type: "gaussian", mean: 128, sigma: 12 };
    const grain = await sharp({ create: { width: 500, height: 375, channels: 3, background: "gray", noise } })
      .png()
      .toBuffer();
    const photograph = sharp(readFileSync(files[i % files.length]))
      .resize(540 + shift, 420)
      .extract({ left: shift, top: 20, width: 500, height: 375 })
      .composite([{ input: grain, blend: "soft-light" }])
      .jpeg({ quality: 90 });
    writeFileSync(join(folder, `class ${i % CLASSES}`, `${i}.jpg`), await photograph.toBuffer());
  }
}

/** Returns the images per second of opening a folder without and with the cache, and of batches. */
async function downhill(folder) {
  const options = { cache: join(temporary, "cache"), imageSize: size, validationShare: 0 };
  const open = async () => {
    const start = performance.now();
    const { train } = await openDataSet(folder, options);
    return { train, perSecond: (1000 * train.length) / (performance.now() - start) };
  };
  const first = await open();
  const again = await open();
  const loader = createLoader(again.train, { seed: 0 });
  let start = 0;
  // The first epoch warms up the compiler.
  for (let epoch = 0; epoch < 2; epoch++) {
    start = performance.now();
    for (let from = 0; from + 64 <= loader.length; from += 64) loader.batch(epoch, from, 64);
  }
  const epoch = (1000 * loader.length) / (performance.now() - start);
  return { first: first.perSecond, again: again.perSecond, epoch };
}

/** Returns the images per second of PyTorch's loader with several numbers of workers; none if there is no such Python. */
function pytorch(folder, cores) {
  const workers = [...new Set([1, cores, 2 * cores])].map(String);
  const { status, stdout, stderr } = spawnSync(values.python, [SCRIPT, folder, String(size), ...workers], {
    encoding: "utf8",
    maxBuffer: 2 ** 24,
  });
  if (status === 0)
    return stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  console.log(`skipped: ${values.python} cannot run PyTorch with Pillow: ${stderr.trim().split("\n").at(-1)}`);
  return [];
}
