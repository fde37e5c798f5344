// Measures the quality of learning-rate suggestions: see README.md.
import { flag, readArguments } from "./common/arguments.mjs";
import { table } from "./common/report.mjs";
import { basin, CURVES, NOISES, rangeTest as rangeTestAlong, UNANSWERABLE } from "./suggestions/curves.mjs";
import { evaluate, evaluateRefusals, NAMES, percent, show, together } from "./suggestions/evaluate.mjs";
import { PROBLEMS } from "./suggestions/problems.mjs";
import { measureBasin, OPTIMIZERS, rangeTest } from "./suggestions/training.mjs";

const USAGE = `Usage: npm run bench -- suggestions [OPTIONS]

  --seeds N  number of range tests of each kind (default 100); half as many if they require training
  --json     print one JSON document instead of tables`;

const BATCH_SIZES = [64, 32, 16];
/** Steps of the range tests. */
const SWEEPS = [100, 400];

const options = { seeds: { type: "string", default: "100" }, json: flag };
const { seeds: given, json } = readArguments(USAGE, options, ({ seeds }) =>
  /^[1-9]\d*$/.test(seeds) ? undefined : `--seeds ${seeds}: expected a whole number above 0`,
);
const seeds = Number(given);
const each = (count, test) => Array.from({ length: count }, (_, seed) => test(seed));

console.error("evaluating curves given by formulas");
const byFormula = CURVES.flatMap((curve) =>
  NOISES.map((noise) => ({
    curve: curve.name,
    noise: noise.name,
    verdicts: evaluate(
      each(seeds, (seed) => rangeTestAlong(curve, noise, seed)),
      basin(curve),
    ),
  })),
);
const refused = UNANSWERABLE.flatMap((curve) =>
  NOISES.map((noise) => ({
    curve: curve.name,
    noise: noise.name,
    why: curve.why,
    counts: evaluateRefusals(
      each(seeds, (seed) => rangeTestAlong(curve, noise, seed)),
      curve.why,
    ),
  })),
);
const trained = [];
for (const problem of PROBLEMS) {
  for (const optimizer of Object.keys(OPTIMIZERS)) {
    console.error(`training: ${problem.name}, ${optimizer}`);
    for (const batchSize of BATCH_SIZES) {
      const measured = measureBasin(problem, optimizer, batchSize);
      for (const steps of SWEEPS) {
        const verdicts = evaluate(
          each(Math.ceil(seeds / 2), (seed) => rangeTest(problem, optimizer, batchSize, steps, seed)),
          measured,
        );
        trained.push({ curve: `${problem.name}, ${optimizer}`, batchSize, steps, basin: measured, verdicts });
      }
    }
  }
}

if (json) console.log(JSON.stringify({ seeds, byFormula, trained, refused }, null, 2));
else console.log(report());

function report() {
  const verdictColumns = NAMES.map((name) => [name, ({ verdicts }) => show(verdicts[name])]);
  const insideColumns = NAMES.map((name) => [
    name,
    ({ all }) => all.map((verdicts) => inside(verdicts[name])).join(" "),
  ]);
  const pooled = (rows) => together(rows.map(({ verdicts }) => verdicts));
  const summary = [
    ...NOISES.map(({ name }) => ({
      what: "formula",
      noise: `noise ${name}`,
      verdicts: pooled(byFormula.filter(({ noise }) => noise === name)),
    })),
    ...SWEEPS.flatMap((sweep) =>
      BATCH_SIZES.map((size) => ({
        what: `trained, ${sweep} steps`,
        noise: `batch size ${size}`,
        verdicts: pooled(trained.filter(({ steps, batchSize }) => steps === sweep && batchSize === size)),
      })),
    ),
  ];
  const curves = [
    ...group(byFormula, ({ curve }) => curve).map(([what, rows]) => ({ what, rows })),
    ...group(trained, ({ curve, steps }) => `${curve}, ${steps} steps`).map(([what, rows]) => ({ what, rows })),
  ].map(({ what, rows }) => ({ what, all: rows.map(({ verdicts }) => verdicts) }));
  const refusals = group(refused, ({ curve, why }) => `${curve}|${why}`).map(([key, rows]) => ({
    what: key.split("|")[0],
    why: key.split("|")[1],
    all: rows.map(({ counts }) => counts),
  }));
  return [
    ["npm run bench -- suggestions", ...process.argv.slice(2)].join(" "),
    `${seeds} range tests of each kind, ${Math.ceil(seeds / 2)} if they require training.`,
    "\n## Share inside the basin, and median distance from its middle in decades\n",
    table({
      columns: [["curves", ({ what }) => what], ["noise", ({ noise }) => noise], ...verdictColumns],
      rows: summary,
    }),
    "\n## Share inside the basin in %, at each of the three noise levels\n",
    table({ columns: [["curve", ({ what }) => what], ...insideColumns], rows: curves }),
    "\n## No suggestion for curves without an answer, in % at each of the three noise levels; for consensus, with the correct reason\n",
    table({
      columns: [
        ["curve", ({ what }) => what],
        ["why", ({ why }) => why],
        ...NAMES.map((name) => [name, ({ all }) => all.map((counts) => short(counts[name], seeds)).join(" ")]),
      ],
      rows: refusals,
    }),
  ].join("\n");
}

function inside(verdict) {
  return short(verdict.inside, verdict.tests);
}

function short(part, whole) {
  return percent(part, whole).replace(" %", "");
}

/** Groups rows by a key, in order. */
function group(rows, key) {
  const groups = new Map();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return [...groups];
}
