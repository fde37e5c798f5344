// Measures the lab: opening a run of a million steps, listing a thousand runs, and the size of its page. See README.md.
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { main } from "../packages/cli/dist/main.js";
import { startLab } from "../packages/lab/dist/index.js";
import { readArguments } from "./common/arguments.mjs";
import { describeMachine } from "./common/machine.mjs";
import { table, target } from "./common/report.mjs";
import { median } from "./common/statistics.mjs";

const STEPS = 1_000_000;
const STEPS_PER_EPOCH = 10_000;
const RUNS = 1000;
const NAMES = "name=loss&name=accuracy&name=lr&name=gradientNorm";
const POINTS = 2100;
const PANS = 20;

readArguments("Usage: npm run bench -- lab", {});

const folder = mkdtempSync(join(tmpdir(), "downhill-bench-lab-"));
const template = join(folder, "template");
const flags = [
  "--model",
  "mlp",
  "--epochs",
  "1",
  "--lr",
  "0.1",
  "--train-limit",
  "500",
  "--test-limit",
  "100",
  "--quiet",
];
await main(["train", "sample", ...flags, "--out", template]);
writeLongRun(join(folder, "long"));
for (let i = 0; i < RUNS; i++) copyRun(join(folder, "many", `run-${i}`));

const { processor, cores, system, node } = describeMachine([]);
console.log(`${new Date().toISOString().slice(0, 10)}: ${processor}, ${cores} cores, ${system}, Node ${node}\n`);

const rows = [];
const long = await startLab({ folder: join(folder, "long"), port: 0 });
const curves = (parameters) => `/api/curves?run=run&x=step&${NAMES}&points=${POINTS}&halfLife=10000${parameters}`;
const opened = await milliseconds(async () => {
  await get(long, "/api/run?run=run");
  await get(long, curves(""));
});
rows.push({ name: "open a run of 1,000,000 steps", value: opened, limit: 1000 });
const pans = [];
for (let i = 0; i < PANS; i++)
  pans.push(await milliseconds(() => get(long, curves(`&from=${i * 1000}&to=${500_000 + i}`))));
rows.push({ name: "curves of another range of it", value: median(pans), limit: 16 });
await long.close();

const many = await startLab({ folder: join(folder, "many"), port: 0 });
rows.push({ name: "list 1,000 runs", value: await milliseconds(() => get(many, "/api/runs")), limit: 300 });
rows.push({ name: "list them again", value: await milliseconds(() => get(many, "/api/runs")), limit: 300 });
await many.close();
rmSync(folder, { recursive: true, force: true });

const assets = new URL("../packages/lab/dist/page/assets/", import.meta.url);
const bytes = readdirSync(assets).reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, assets))).length, 0);

console.log(
  table({
    columns: [
      ["", ({ name }) => name],
      ["ms", ({ value }) => value.toFixed(0)],
    ],
    rows,
  }),
);
console.log(`\nThe page has ${(bytes / 1000).toFixed(0)} kB (gzip).`);
for (const { name, value, limit } of rows) {
  const goal = target(`${name} in less than ${limit} ms`, value < limit);
  console.log(`${goal.text}: ${goal.met ? "met" : "MISSED"}`);
}

/** Copies the files of a run without weights. */
function copyRun(to) {
  mkdirSync(to, { recursive: true });
  for (const name of ["run.json", "metrics.ndjson", "timings.ndjson", "result.json"]) {
    copyFileSync(join(template, name), join(to, name));
  }
}

/** Writes a running run with many steps. */
function writeLongRun(root) {
  const run = join(root, "run");
  copyRun(run);
  rmSync(join(run, "result.json"));
  const metrics = join(run, "metrics.ndjson");
  writeFileSync(metrics, "");
  for (let first = 0; first < STEPS; first += STEPS_PER_EPOCH) {
    const lines = Array.from({ length: STEPS_PER_EPOCH }, (_, i) => JSON.stringify(lineOf(first + i)));
    appendFileSync(metrics, `${lines.join("\n")}\n`);
  }
}

function lineOf(step) {
  const progress = step / STEPS;
  return {
    ...{
      step,
      epoch: Math.floor(step / STEPS_PER_EPOCH),
      loss: 2 * Math.exp(-3 * progress) + 0.1 * Math.sin(1.7 * step),
    },
    ...{ accuracy: 1 - Math.exp(-3 * progress), batchSize: 64, lr: 0.1 * (1 - progress), momentum: 0.9, dampening: 0 },
    ...{ weightDecay: 5e-4, gradientNorm: 1 + Math.abs(Math.sin(0.37 * step)) },
  };
}

const get = async (lab, path) => await (await fetch(`http://127.0.0.1:${lab.port}${path}`)).arrayBuffer();

async function milliseconds(action) {
  const start = performance.now();
  await action();
  return performance.now() - start;
}
