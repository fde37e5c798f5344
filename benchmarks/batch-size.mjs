// Increases the batch size instead of decaying the learning rate, as in https://arxiv.org/abs/1711.00489: see README.md.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { Plot, palette, png, svg } from "@downhill/train/plots";
import { flag, readArguments } from "./common/arguments.mjs";
import { downhill } from "./common/downhill.mjs";
import { describeMachine } from "./common/machine.mjs";
import { showTarget, table, target, thousands } from "./common/report.mjs";

/** Settings of the paper: after 30, 60 and 80 % of the epochs, the rate falls to a fifth or the batch size grows fivefold. */
const FACTOR = 5;
const EPOCHS = 10;
const MILESTONES = [3, 6, 8];
const BATCH_SIZE = 64;
const SEEDS = [0, 1, 2];
/** Range of accuracy in the plot, in %. */
const LIMITS = [85, 93];

const increase = ["--increase-batch-instead-of-decay"];
const SCHEDULES = {
  "decaying rate": [],
  hybrid: [...increase, "--largest-batch", String(FACTOR * BATCH_SIZE)],
  "increasing batch": increase,
};
const SGD = ["--optimizer", "sgd", "--weight-decay", "5e-4"];
const OPTIMIZERS = {
  SGD: [...SGD, "--lr", "0.1"],
  "SGD, momentum": [...SGD, "--momentum", "0.9", "--lr", "0.02"],
  "SGD, Nesterov": [...SGD, "--momentum", "0.9", "--set", "hyperparameters.nesterov=true", "--lr", "0.02"],
  Adam: ["--optimizer", "adam", "--lr", "0.001"],
};

const USAGE = `Usage: DOWNHILL_DATA=FOLDER npm run bench -- batch-size [OPTIONS]

FOLDER contains fashion-mnist; without it the data set is downloaded.

  --plot FOLDER  write batch-size.svg and batch-size.png there
  --quick        smoke test: one seed, 6,000 images`;
const { plot, quick } = readArguments(USAGE, { plot: { type: "string" }, quick: flag });

const folder = mkdtempSync(join(tmpdir(), "downhill-bench-"));
const began = performance.now();
const cells = Object.keys(OPTIMIZERS).flatMap((optimizer) =>
  Object.keys(SCHEDULES).map((schedule) => ({ optimizer, schedule, runs: [] })),
);
try {
  const jobs = cells.flatMap((cell) => (quick ? [0] : SEEDS).map((seed) => ({ cell, seed })));
  const work = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) job.cell.runs.push(await trained(job.cell, job.seed));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const accuracyOf = ({ runs }) => 100 * mean(runs.map(({ accuracy }) => accuracy));
const targets = Object.keys(OPTIMIZERS).map((optimizer) => {
  const accuracies = cells.filter((cell) => cell.optimizer === optimizer).map(accuracyOf);
  const apart = Math.max(...accuracies) - Math.min(...accuracies);
  return target(`${optimizer}: ${apart.toFixed(2)} points apart, <= 0.5`, apart <= 0.5);
});
const { processor, cores, memory, system, node } = describeMachine([]);
const minutes = ((performance.now() - began) / 60_000).toFixed(0);
console.log(
  [
    `${new Date().toISOString().slice(0, 10)}, ${processor}, ${cores} cores, ${memory}, ${system}, Node ${node}; ${minutes} minutes.`,
    table({
      columns: [
        ["optimizer", ({ optimizer }) => optimizer],
        ["schedule", ({ schedule }) => schedule],
        ["accuracy, % (lowest-highest)", (cell) => `${accuracyOf(cell).toFixed(2)} (${range(cell)})`],
        ["steps", ({ runs: [{ steps }] }) => thousands(steps)],
        ["batch sizes", ({ runs: [{ sizes }] }) => sizes.join(" ")],
        ["seconds", ({ runs }) => mean(runs.map(({ seconds }) => seconds)).toFixed(0)],
      ],
      rows: cells,
    }),
    targets.map((one) => `- ${showTarget({ target: one })}`).join("\n"),
  ].join("\n\n"),
);
if (plot) {
  const picture = draw();
  writeFileSync(join(plot, "batch-size.svg"), picture);
  writeFileSync(join(plot, "batch-size.png"), await png(picture));
}

async function trained({ optimizer, schedule }, seed) {
  const out = join(folder, `${optimizer}-${schedule}-${seed}`);
  const rate = { kind: "multiStep", unit: "epochs", milestones: MILESTONES, gamma: 1 / FACTOR };
  const given = [
    ...["fashion-mnist", "--model", "lenet", "--schedule", JSON.stringify(rate), "--epochs", String(EPOCHS)],
    ...["--batch-size", String(BATCH_SIZE), ...OPTIMIZERS[optimizer], ...SCHEDULES[schedule]],
    ...["--seed", String(seed), "--threads", "1", "--out", out, "--json"],
    ...(quick ? ["--train-limit", "6000"] : []),
  ];
  console.error(`training: ${optimizer}, ${schedule}, seed ${seed}`);
  const { accuracy, steps, seconds } = await downhill("train", ...given);
  const lines = readFileSync(join(out, "metrics.ndjson"), "utf8").trimEnd().split("\n").map(JSON.parse);
  // The last batch of an epoch may be smaller.
  const sizes = new Map();
  for (const { epoch, batchSize } of lines) if (batchSize && !sizes.has(epoch)) sizes.set(epoch, batchSize);
  return {
    accuracy,
    steps,
    seconds,
    sizes: [...new Set(sizes.values())],
    curve: lines
      .filter(({ evaluation }) => evaluation)
      .map(({ epoch, steps: updates, evaluation }) => ({
        epochs: epoch + 1,
        updates,
        accuracy: 100 * evaluation.accuracy,
      })),
  };
}

function range({ runs }) {
  const accuracies = runs.map(({ accuracy }) => 100 * accuracy);
  return `${Math.min(...accuracies).toFixed(2)}-${Math.max(...accuracies).toFixed(2)}`;
}

/** Plots the test accuracy by epochs, where the schedules coincide, and by steps, of which they take different numbers. */
function draw() {
  const most = cells[0].runs[0].steps;
  const [byEpochs, byUpdates] = [`by epochs, % of ${EPOCHS}`, `by steps, % of ${thousands(most)}`];
  const points = cells.flatMap(({ optimizer, schedule, runs }) =>
    runs[0].curve.flatMap(({ epochs, updates }, i) => {
      const accuracy = mean(runs.map(({ curve }) => curve[i].accuracy));
      const shared = { optimizer, schedule, accuracy };
      return [
        { ...shared, by: byEpochs, x: (100 * epochs) / EPOCHS },
        { ...shared, by: byUpdates, x: (100 * updates) / most },
      ];
    }),
  );
  const [lowest] = LIMITS;
  const legend = Object.keys(SCHEDULES).map((schedule, i) => ({
    schedule,
    by: byUpdates,
    optimizer: Object.keys(OPTIMIZERS)[0],
    x: 97,
    accuracy: lowest + 3.2 - 1.1 * i,
  }));
  const place = { x: "x", y: "accuracy", fx: "by", fy: "optimizer" };
  return svg(
    "Increasing the batch size instead of decaying the learning rate: test accuracy of LeNet on Fashion-MNIST with three schedules and four optimizers, by epochs and by steps",
    {
      width: 875,
      height: 720,
      marginLeft: 45,
      marginRight: 125,
      style: { background: "none", fontSize: "12px" },
      x: { label: null, domain: [0, 100] },
      y: { label: "test accuracy, %", domain: LIMITS, grid: true, ticks: 4 },
      fx: { label: null, domain: [byEpochs, byUpdates] },
      fy: { label: null, domain: Object.keys(OPTIMIZERS) },
      color: { domain: Object.keys(SCHEDULES), range: palette },
      marks: [
        Plot.frame({ strokeOpacity: 0.2 }),
        Plot.line(points, { ...place, stroke: "schedule", strokeWidth: 2, clip: true }),
        Plot.dot(points, { ...place, fill: "schedule", r: 2.5, clip: true }),
        Plot.text(legend, { ...place, fill: "schedule", text: "schedule", textAnchor: "end", fontWeight: 600 }),
      ],
    },
  );
}
