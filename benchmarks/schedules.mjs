// Measures the time of one evaluation of each kind of schedule: see README.md.
import { examples } from "../examples/schedules.mjs";
import { readArguments } from "./common/arguments.mjs";
import { describeMachine } from "./common/machine.mjs";
import { table, target } from "./common/report.mjs";
import { median } from "./common/statistics.mjs";

const TARGET = 100;
const EVALUATIONS = 200_000;
const ROUNDS = 15;

readArguments("Usage: npm run bench -- schedules", {});

const { processor, cores, system, node } = describeMachine([]);
console.log(`${new Date().toISOString().slice(0, 10)}: ${processor}, ${cores} cores, ${system}, Node ${node}`);
console.log(`Medians of ${ROUNDS} rounds of ${EVALUATIONS} evaluations at steps 0, 1, 2, ...\n`);

// The figures include the loop and the function call.
const measured = examples.map(({ label, schedule }) => ({
  kind: schedule.description.kind,
  label,
  schedule,
  times: [],
}));
let checksum = 0;
for (let round = 0; round < ROUNDS; round++) {
  for (const { schedule, times } of measured) {
    const start = process.hrtime.bigint();
    for (let step = 0; step < EVALUATIONS; step++) checksum += schedule(step);
    times.push(Number(process.hrtime.bigint() - start) / EVALUATIONS);
  }
}

const rows = measured.map(({ kind, label, times }) => ({ kind, label, ns: median(times) })).sort((a, b) => b.ns - a.ns);
console.log(
  table({
    columns: [
      ["kind", ({ kind }) => kind],
      ["", ({ label }) => label],
      ["ns per evaluation", ({ ns }) => ns.toFixed(1)],
    ],
    rows,
  }),
);
const goal = target(
  `under ${TARGET} ns each`,
  rows.every(({ ns }) => ns < TARGET),
);
// An engine may skip the computation of values that are never used.
if (Number.isNaN(checksum)) throw new Error("a schedule gave NaN");
console.log(`\n${goal.text}: ${goal.met ? "met" : "MISSED"}`);
