// Benchmark of the search for learning rates in `downhill compare`, against a grid: see README.md.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entrantsOf, startComparison } from "@downhill/experiments";
import { optimizers } from "@downhill/optim";
import { readArguments, someOf, unknownName } from "./common/arguments.mjs";
import { describeMachine } from "./common/machine.mjs";
import { showTarget, table, target } from "./common/report.mjs";
import { median } from "./common/statistics.mjs";

const USAGE = `Usage: npm run bench -- compare [OPTIONS]

Compares optimizers on the sample with LeNet, as \`downhill compare\` does, and then trains with each of 13 rates: the default
rate of the optimizer, and rates from a 64th of it to 64 times of it. Both use the same seeds.
  --optimizer NAME  compare one optimizer, may be repeated (default: six)
  --seeds N         number of seeds (default 3)
  --jobs N          number of trainings that run at the same time (default 2)
  --keep FOLDER     keep the trainings in this folder, and resume them from there`;

const DEFAULT = ["sgd", "adam", "adamw", "rmsprop", "adagrad", "lion"];
const STEPS = Array.from({ length: 13 }, (_, i) => i - 6);
const TARGET = 0.3;

const options = {
  optimizer: someOf,
  seeds: { type: "string", default: "3" },
  jobs: { type: "string", default: "2" },
  keep: { type: "string" },
};
const given = readArguments(USAGE, options, ({ optimizer, seeds, jobs }) => {
  const count = [seeds, jobs].find((text) => !/^[1-9]\d*$/.test(text));
  if (count !== undefined) return `"${count}" is not a whole number of at least 1`;
  if (optimizer.length === 1) return "one optimizer cannot be compared. Name at least two";
  return unknownName("optimizer", optimizer, optimizers);
});
const names = given.optimizer.length > 0 ? given.optimizer : DEFAULT;
const jobs = Number(given.jobs);
const seeds = Array.from({ length: Number(given.seeds) }, (_, seed) => seed);
const folder = given.keep ?? mkdtempSync(join(tmpdir(), "downhill-bench-"));

try {
  const { processor, cores, system, node } = describeMachine([]);
  console.log(`${new Date().toISOString().slice(0, 10)}: ${processor}, ${cores} cores, ${system}, Node ${node}`);
  const tuned = await compare("tuned", entrantsOf({ optimizer: names, schedule: [], model: [], batchSize: [] }));
  const grid = await compare("grid", names.flatMap(gridOf), { tuning: 0 });
  const rows = names.map((name) => rowOf(name, tuned, grid));
  console.log(`\nAccuracy on test images, means of ${seeds.length} seeds:\n`);
  console.log(
    table({
      columns: [
        ["optimizer", ({ name }) => name],
        ["tuned rate", ({ tunedRate }) => tunedRate.toPrecision(2)],
        ["accuracy", ({ accuracy }) => percent(accuracy)],
        ["best rate of the grid", ({ gridRate }) => gridRate.toPrecision(2)],
        ["its accuracy", ({ gridAccuracy }) => percent(gridAccuracy)],
        ["loss in points", ({ points }) => points.toFixed(2)],
      ],
      rows,
    }),
  );
  const loss = median(rows.map(({ points }) => points));
  const goal = target(`median loss <= ${TARGET} points (${loss.toFixed(2)})`, loss <= TARGET);
  console.log(`\n${showTarget({ target: goal })}`);
} finally {
  if (!given.keep) rmSync(folder, { recursive: true, force: true });
}

/** Returns an entrant for each rate of an optimizer's grid. */
function gridOf(name) {
  const { lr } = optimizers[name].hyperparameters;
  return STEPS.map((step) => ({ name: `${name} ${step}`, changes: { optimizer: name, lr: lr * 2 ** step } }));
}

function compare(name, entrants, settings = {}) {
  const own = join(folder, name);
  const common = { data: "sample", model: "lenet" };
  const request = existsSync(join(own, "comparison.json"))
    ? { kind: "resume", folder: own, jobs }
    : { kind: "new", given: common, entrants, folder: own, seeds, jobs, ...settings };
  return startComparison(request, (event) => {
    if (event.kind === "outcome") console.error(`${name}: ${event.entrant} ended trial ${event.trial.index}`);
  }).done;
}

/** Compares the tuned rate of an optimizer with its best rate of the grid. A rate that diverged has no score. */
function rowOf(name, tuned, grid) {
  const own = tuned.entrants.find((entrant) => entrant.name === name);
  const rates = grid.entrants.filter((entrant) => entrant.name.startsWith(`${name} `) && entrant.score !== null);
  const best = rates.reduce((a, b) => (a.score.mean >= b.score.mean ? a : b));
  return {
    name,
    tunedRate: own.lr,
    accuracy: own.score.mean,
    gridRate: best.lr,
    gridAccuracy: best.score.mean,
    points: 100 * (best.score.mean - own.score.mean),
  };
}

function percent(share) {
  return `${(100 * share).toFixed(2)} %`;
}
