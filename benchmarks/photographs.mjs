// Benchmark of photographs: decoding a folder of JPEG files, against PyTorch's DataLoader with Pillow. See README.md.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readArguments } from "./common/arguments.mjs";
import { describeMachine } from "./common/machine.mjs";
import { showTarget, table, target, thousands } from "./common/report.mjs";
import { median } from "./common/statistics.mjs";
import { Skip, Worker } from "./common/worker.mjs";
import { makePhotographs } from "./photographs/make.mjs";

const USAGE = `Usage: npm run bench -- photographs [--images N] [--size N] [--folder FOLDER] [--rounds N] [--python PATH]

Makes a folder of JPEG files of 500x375 pixels from the photographs in the folder sign-language-digits of DOWNHILL_DATA, or
uses a folder that exists. Reads it as a training does, in a new process each round, and as PyTorch's DataLoader does.
  --images N       number of files to make (default 5000)
  --size N         side to which images are resized (default 64)
  --folder FOLDER  folder of the files, kept for the next time (default: a temporary one)
  --rounds N       number of rounds, in which all readers take turns (default 3)
  --python PATH    Python with torch, numpy and Pillow (default python3)`;

const values = readArguments(
  USAGE,
  {
    images: { type: "string", default: "5000" },
    size: { type: "string", default: "64" },
    folder: { type: "string" },
    rounds: { type: "string", default: "3" },
    python: { type: "string", default: "python3" },
  },
  ({ images, size, rounds }) =>
    [images, size, rounds].every((text) => Number.isInteger(Number(text)) && Number(text) > 0)
      ? undefined
      : "Expected whole numbers above 0",
);
const rounds = Number(values.rounds);
const file = (name) => fileURLToPath(new URL(`photographs/${name}`, import.meta.url));

const temporary = mkdtempSync(join(tmpdir(), "downhill-bench-"));
try {
  const { processor, cores, system, node } = describeMachine([]);
  console.log(`${new Date().toISOString().slice(0, 10)}: ${processor}, ${cores} cores, ${system}, Node ${node}`);
  const folder = values.folder ?? join(temporary, "photographs");
  await makePhotographs(folder, Number(values.images));
  const { images, ours, theirs } = await measure(folder, cores);
  console.log(`\n${thousands(images)} JPEG files of 500x375, resized to ${values.size}x${values.size}:\n`);
  console.log(
    table({
      columns: [
        ["reader", ({ reader }) => reader],
        ["images per second", ({ perSecond }) => thousands(Math.round(median(perSecond)))],
        ["rounds", ({ perSecond }) => perSecond.map((value) => thousands(Math.round(value))).join(", ")],
        ["target", showTarget],
      ],
      rows: rowsOf(ours, theirs),
    }),
  );
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

/** Reads the folder in turns. Returns the images per second of each reader in each round. */
async function measure(folder, cores) {
  const ours = { first: [], again: [], epoch: [] };
  let images = 0;
  const python = await startPython(folder, cores);
  const theirs = (python?.names ?? []).map((name) => ({ name, torch: python.torch, perSecond: [] }));
  try {
    for (let round = 0; round < rounds; round++) {
      const cache = join(temporary, `cache ${round}`);
      const { images: count, ...opened } = JSON.parse(
        execFileSync(process.execPath, [file("opening.mjs"), folder, values.size, cache], { encoding: "utf8" }),
      );
      // Memory that is free again serves the next round.
      rmSync(cache, { recursive: true });
      images = count;
      for (const [name, perSecond] of Object.entries(opened)) ours[name].push(perSecond);
      for (const { name, perSecond } of theirs) {
        const [nanoseconds] = await python.worker.ask(1, 1, name);
        perSecond.push((1e9 * python.images) / nanoseconds);
      }
    }
  } finally {
    python?.worker.stop();
  }
  return { images, ours, theirs };
}

/** Starts PyTorch's loaders; null if there is no such Python. */
async function startPython(folder, cores) {
  const workers = [...new Set([cores, 2 * cores])].map(String);
  const worker = new Worker(values.python, [file("loader.py"), folder, values.size, ...workers]);
  try {
    await worker.ready();
  } catch (error) {
    worker.stop();
    if (!(error instanceof Skip)) throw error;
    console.log(`skipped: ${values.python} cannot run PyTorch with Pillow: ${error.message}`);
    return null;
  }
  const { images, torch, entries } = worker.facts;
  return { worker, images, torch, names: Object.keys(entries) };
}

/** Returns the rows of the table. The first opening is compared with the fastest of PyTorch's loaders. */
function rowsOf(ours, theirs) {
  const best = (draft) =>
    Math.max(
      ...theirs.filter(({ name }) => name.includes("draft") === draft).map(({ perSecond }) => median(perSecond)),
    );
  const ratio = median(ours.first) / best(false);
  const goal = theirs.length > 0 && target(`>= 1.5 of PyTorch (${ratio.toFixed(2)})`, ratio >= 1.5);
  return [
    { reader: "Downhill, the first time: checked, decoded and kept", perSecond: ours.first, target: goal },
    { reader: "Downhill, the next time: from the cache", perSecond: ours.again },
    { reader: "Downhill, each epoch: batches from the memory", perSecond: ours.epoch },
    ...theirs.map(({ name, torch, perSecond }) => ({
      reader: `PyTorch ${torch}, Pillow, ${name.replace("-draft", "")} workers${name.includes("draft") ? ", draft mode" : ""}, each epoch`,
      perSecond,
    })),
  ];
}
