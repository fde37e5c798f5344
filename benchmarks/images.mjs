// Benchmark of images: opening data sets, making batches, and the time for which a busy thread waits for them. See README.md.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { augmentations, createLoader, openDataSet, prefetch } from "@downhill/images";
import { readArguments } from "./common/arguments.mjs";
import { describeMachine } from "./common/machine.mjs";
import { showTarget, table, target, thousands, time } from "./common/report.mjs";
import { median } from "./common/statistics.mjs";

const USAGE = `Usage: npm run bench -- images

Reads data sets from the folder of the environment variable DOWNHILL_DATA, and skips missing ones.`;
const DATA_SETS = ["sample", "fashion-mnist", "mnist", "cifar10", "sign-language-digits"];
const ROUNDS = 5;
const BATCH = 100;

readArguments(USAGE, {});
const home = process.env.DOWNHILL_DATA;
const { processor, cores, system, node } = describeMachine([]);
console.log(`${new Date().toISOString().slice(0, 10)}: ${processor}, ${cores} cores, ${system}, Node ${node}`);
console.log(`Medians of ${ROUNDS} rounds; one thread.\n`);

const elapsed = async (act) => {
  const start = process.hrtime.bigint();
  await act();
  return Number(process.hrtime.bigint() - start);
};

/** Measures how long opening takes, without and with the cache. */
async function opening(name, source) {
  const [cold, warm] = [[], []];
  let data;
  for (let round = 0; round < ROUNDS; round++) {
    const cache = mkdtempSync(join(tmpdir(), "downhill-bench-"));
    const open = async () => {
      data = await openDataSet(source, { cache });
    };
    cold.push(await elapsed(open));
    warm.push(await elapsed(open));
    rmSync(cache, { recursive: true });
  }
  const images = [data.train, data.validation, data.test].reduce((sum, set) => sum + (set?.length ?? 0), 0);
  return { name, images, shape: data.imageShape.join("x"), cold: median(cold), warm: median(warm) };
}

/** Measures the images per second of one thread. */
async function augmenting(set, augment) {
  const loader = createLoader(set, { seed: 0, augment });
  const times = [];
  for (let epoch = 0; epoch < ROUNDS + 1; epoch++) {
    const nanoseconds = await elapsed(() => {
      for (let from = 0; from + BATCH <= loader.length; from += BATCH) loader.batch(epoch, from, BATCH);
    });
    // The first epoch warms up the compiler.
    if (epoch > 0) times.push(nanoseconds / (Math.floor(loader.length / BATCH) * BATCH));
  }
  return 1e9 / median(times);
}

/** Measures the share of time spent waiting for batches, with steps that block the thread as ONNX Runtime does. */
async function waiting(set, augment, milliseconds) {
  const plan = Array.from({ length: 100 }, (_, i) => ({ epoch: 0, from: BATCH * (i % 50), count: BATCH }));
  const source = prefetch(set, { seed: 0, augment }, plan, { ahead: 6 });
  await source.next();
  const [start, before] = [performance.now(), source.waited];
  for (let i = 1; i < plan.length; i++) {
    for (const end = performance.now() + milliseconds; performance.now() < end; );
    source.recycle(await source.next());
  }
  const share = (source.waited - before) / (performance.now() - start);
  await source.close();
  return share;
}

const opened = [];
for (const name of DATA_SETS) {
  const source = name === "sample" || !home ? name : join(home, name);
  if (name !== "sample" && !(home && existsSync(source))) console.log(`skipped: ${name} is not in DOWNHILL_DATA`);
  else opened.push(await opening(name, source));
}
console.log(
  table({
    columns: [
      ["data set", ({ name }) => name],
      ["images", ({ images }) => thousands(images)],
      ["shape", ({ shape }) => shape],
      ["opened", ({ cold }) => time(cold)],
      ["opened again", ({ warm }) => time(warm)],
    ],
    rows: opened,
  }),
);

const own = home && existsSync(join(home, "cifar10")) ? join(home, "cifar10") : "sample";
const { train } = await openDataSet(own, { trainLimit: 10_000 });
const lists = [
  ["nothing", []],
  ...Object.keys(augmentations).map((kind) => [kind, [{ kind }]]),
  ["crop + flip", [{ kind: "crop" }, { kind: "flip" }]],
];
const speeds = [];
for (const [label, augment] of lists) speeds.push({ label, speed: await augmenting(train, augment) });
console.log(`\n10,000 images of ${train.imageShape.join("x")}:\n`);
console.log(
  table({
    columns: [
      ["augmentation", ({ label }) => label],
      ["images per second", ({ speed }) => thousands(Math.round(speed / 100) * 100)],
      ["target", showTarget],
    ],
    rows: speeds.map((row) =>
      row.label === "crop + flip" ? { ...row, target: target(">= 100,000", row.speed >= 1e5) } : row,
    ),
  }),
);

const share = await waiting(train, [{ kind: "crop" }, { kind: "flip" }], 20);
const goal = target("waiting <= 3 %", share <= 0.03);
console.log(
  `\nSteps of 20 ms with ${BATCH} images, crop and flip: ${(100 * share).toFixed(2)} % waiting. ${goal.text}: ${goal.met ? "met" : "MISSED"}`,
);
