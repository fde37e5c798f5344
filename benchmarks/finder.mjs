// Measures the loss of accuracy (regret) at the learning rates that range tests suggest, on real models: see README.md.
import { fork } from "node:child_process";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { flag, readArguments, unknownName } from "./common/arguments.mjs";
import { describeMachine } from "./common/machine.mjs";
import { showTarget, table, target } from "./common/report.mjs";
import { median } from "./common/statistics.mjs";
import { TASKS } from "./finder/grid.mjs";

const USAGE = `Usage: DOWNHILL_DATA=FOLDER npm run bench -- finder [OPTIONS]

FOLDER contains the data sets, each in a folder of its name: ${[
  ...new Set(Object.values(TASKS).map(({ config }) => config.data)),
].join(", ")}.

  --only NAMES      only these tasks, with commas between them: ${Object.keys(TASKS).join(", ")}
  --train-limit N   number of training images (default: that of the task)
  --seeds N         number of seeds (default 2)
  --jobs N          number of parallel trainings (default: number of cores)
  --keep FILE       append each result to this file as a line, and reuse its results
  --json            print one JSON document instead of tables`;

const text = { type: "string" };
const options = { only: text, "train-limit": text, seeds: text, jobs: text, keep: text, json: flag };
const {
  keep,
  json,
  only: names,
  "train-limit": limit,
  ...counts
} = readArguments(USAGE, options, (values) => {
  if (!process.env.DOWNHILL_DATA) return "DOWNHILL_DATA is not set";
  const wrong = ["train-limit", "seeds", "jobs"].find((name) => values[name] && !/^[1-9]\d*$/.test(values[name]));
  if (wrong) return `--${wrong} ${values[wrong]}: expected a whole number of at least 1`;
  return unknownName("task", listOf(values.only), TASKS);
});
const only = listOf(names);
const workers = Number(counts.jobs ?? availableParallelism());

const SEEDS = Array.from({ length: Number(counts.seeds ?? 2) }, (_, seed) => seed);
/** The rate that `downhill train` chooses, and the suggestion of each method for the same curves. */
const METHODS = ["chosen", "consensus", "valley", "slide", "steepest", "minimum"];
const RIVALS = METHODS.slice(2);
/** Trainings with recipes take minutes, so they are limited to the first two methods. */
const methodsOf = ({ optimizer }) => (optimizer === "recipe" ? METHODS.slice(0, 2) : METHODS);

const began = performance.now();
const done = new Map();
if (keep && existsSync(keep)) {
  for (const line of readFileSync(keep, "utf8").split("\n").filter(Boolean)) {
    const { job, result } = JSON.parse(line);
    done.set(keyOf(job), result);
  }
}
const trainLimit = limit === undefined ? {} : { trainLimit: Number(limit) };
const cells = (only.length > 0 ? only : Object.keys(TASKS)).flatMap((task) =>
  TASKS[task].optimizers.map((optimizer) => ({ task, optimizer, ...trainLimit })),
);
const ratesOf = ({ task }) => TASKS[task].rates;
const bySeed = (make) => cells.flatMap((cell) => SEEDS.flatMap((seed) => make({ ...cell, seed })));
await doAll(bySeed((one) => [{ kind: "find", ...one }, ...ratesOf(one).map((lr) => ({ kind: "train", ...one, lr }))]));
const suggested = (one) => done.get(keyOf({ kind: "find", ...one })).suggestions;
await doAll(
  bySeed((one) =>
    [...new Set(methodsOf(one).map((method) => suggested(one)[method]))]
      .filter((lr) => lr !== null)
      .map((lr) => ({ kind: "train", ...one, lr })),
  ),
);

const rows = cells.map(evaluateCell);
const summary = METHODS.flatMap((method) => {
  const own = rows.flatMap(({ methods }) => methods[method] ?? []);
  if (own.length === 0) return [];
  const regrets = own.map(({ regret }) => regret);
  const none = own.reduce((sum, { rates }) => sum + rates.filter((lr) => lr === null).length, 0);
  return { method, median: median(regrets), worst: Math.max(...regrets), mean: mean(regrets), none };
});
const [, own, ...others] = summary;
const recipes = rows.filter(({ optimizer }) => optimizer === "recipe");
// Trainings with recipes are shortened but their range tests are not, so their share of time is meaningless.
const timed = rows.filter(({ optimizer }) => optimizer !== "recipe");
const share = Math.max(...timed.map((row) => row.finderSeconds / row.gridSeconds));
const below = (figure) => others.every((other) => own[figure] < other[figure]);
const targets = [
  target("median regret of consensus <= 0.3 points", own.median <= 0.3),
  target("worst <= 1.5 points", own.worst <= 1.5),
  ...(others.length === 0
    ? []
    : [target(`median and worst below ${RIVALS.join(", ")}`, below("median") && below("worst"))]),
  ...(timed.length === 0 ? [] : [target("the range test takes <= 10 % of the grid's time", share <= 0.1)]),
  ...(recipes.length === 0
    ? []
    : [
        target(
          "regret of the chosen rate <= 0.3 points with each default recipe",
          recipes.every(({ methods }) => methods.chosen.regret <= 0.3),
        ),
      ]),
];
console.log(json ? JSON.stringify({ rows, summary, share, targets }, null, 2) : report());

/** Returns the best accuracy of the grid for a task and an optimizer, and the regret of each suggestion. Means of the seeds. */
function evaluateCell(cell) {
  const result = (seed, lr) => done.get(keyOf({ kind: "train", ...cell, seed, lr }));
  const rates = ratesOf(cell);
  const grid = rates.map((lr) => mean(SEEDS.map((seed) => percent(result(seed, lr).accuracy))));
  const best = Math.max(...grid);
  const chance = Math.min(...grid);
  const suggestions = methodsOf(cell).map((method) => {
    const found = SEEDS.map((seed) => suggested({ ...cell, seed })[method]);
    // No suggestion counts as no training.
    const accuracies = SEEDS.map((seed, i) => (found[i] === null ? chance : percent(result(seed, found[i]).accuracy)));
    return [method, { rates: found, regret: best - mean(accuracies) }];
  });
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  return {
    ...cell,
    best,
    bestRate: rates[grid.indexOf(best)],
    rates,
    grid,
    methods: Object.fromEntries(suggestions),
    // One test replaces the grid of one seed.
    finderSeconds: mean(SEEDS.map((seed) => done.get(keyOf({ kind: "find", ...cell, seed })).seconds)),
    gridSeconds: mean(SEEDS.map((seed) => sum(rates.map((lr) => result(seed, lr).seconds)))),
  };
}

function report() {
  const { processor, cores, memory, system, node } = describeMachine([]);
  const minutes = (performance.now() - began) / 60_000;
  const regret = (method) => [
    method,
    ({ methods: { [method]: own } }) => (own ? `${own.rates.map(short).join(" ")}: ${own.regret.toFixed(2)}` : ""),
  ];
  return [
    `${new Date().toISOString().slice(0, 10)}, ${processor}, ${cores} cores, ${memory}, ${system}, Node ${node}; ${minutes.toFixed(0)} minutes${keep ? ", without reused results" : ""}.`,
    table({
      columns: [
        ["", ({ method }) => method],
        ["median regret", (row) => row.median.toFixed(2)],
        ["worst", (row) => row.worst.toFixed(2)],
        ["mean", (row) => row.mean.toFixed(2)],
        ["no suggestion", (row) => String(row.none)],
      ],
      rows: summary,
    }),
    targets.map((one) => `- ${showTarget({ target: one })}`).join("\n"),
    `Rates of each seed and regret in points${timed.length === 0 ? "" : `; the range test takes at most ${(100 * share).toFixed(1)} % of the time of the grid`}.`,
    table({
      columns: [
        ["task", ({ task }) => task],
        ["optimizer", ({ optimizer }) => optimizer],
        ["best of the grid", ({ best, bestRate }) => `${best.toFixed(2)} % at ${short(bestRate)}`],
        ...METHODS.map(regret),
      ],
      rows,
    }),
    "Accuracy in % at each rate of the grid:",
    ...[...new Set(rows.map((row) => row.rates))].map((rates) =>
      table({
        columns: [
          ["task", ({ task }) => task],
          ["optimizer", ({ optimizer }) => optimizer],
          ...rates.map((lr, i) => [short(lr), ({ grid }) => grid[i].toFixed(1)]),
        ],
        rows: rows.filter((row) => row.rates === rates),
      }),
    ),
  ].join("\n\n");
}

/** Does all jobs without a result in parallel processes. */
async function doAll(jobs) {
  const waiting = jobs.filter((job) => !done.has(keyOf(job)));
  const total = waiting.length;
  const work = async () => {
    if (waiting.length === 0) return;
    const worker = fork(fileURLToPath(new URL("finder/worker.mjs", import.meta.url)));
    try {
      for (let job = waiting.shift(); job; job = waiting.shift()) {
        const result = await answer(worker, job);
        done.set(keyOf(job), result);
        if (keep) appendFileSync(keep, `${JSON.stringify({ job, result })}\n`);
        process.stderr.write(`${total - waiting.length} of ${total}: ${keyOf(job)}\n`);
      }
    } finally {
      worker.kill();
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
}

function answer(worker, job) {
  return new Promise((resolve, reject) => {
    const failed = (code) => reject(new Error(`${keyOf(job)} ended with ${code}`));
    worker.once("exit", failed);
    worker.once("message", (result) => {
      worker.off("exit", failed);
      resolve(result);
    });
    worker.send(job);
  });
}

function keyOf({ kind, task, optimizer, trainLimit, seed, lr }) {
  const limited = trainLimit === undefined ? [] : [`${trainLimit} images`];
  return [kind, task, optimizer, ...limited, `seed ${seed}`, ...(lr === undefined ? [] : [lr])].join(", ");
}
function listOf(names) {
  return names?.split(",").map((name) => name.trim()) ?? [];
}
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
function percent(accuracy) {
  return 100 * accuracy;
}
function short(lr) {
  return lr === null ? "none" : String(Number(lr.toPrecision(2)));
}
