// Race of all optimizers at tuned rates on short trainings with real images: see README.md.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { entrantsOf, startComparison } from "@downhill/experiments";
import { optimizers } from "@downhill/optim";
import { readArguments, someOf, unknownName } from "./common/arguments.mjs";
import { describeMachine } from "./common/machine.mjs";
import { table } from "./common/report.mjs";
import { TASKS } from "./race/tasks.mjs";

const USAGE = `Usage: DOWNHILL_DATA=FOLDER npm run bench -- race --keep FOLDER [OPTIONS]

Tunes the learning rate of each optimizer on each task: a range test, and TUNING trainings. Those whose accuracy is within REACH
points of the best one then train with SEEDS fresh seeds at that rate. DOWNHILL_DATA has cifar10, fashion-mnist and
sign-language-digits. Hours; resumable.
  --keep FOLDER     keep the trainings in this folder, and resume them from there
  --task NAME       one task, may be repeated (default: all): ${Object.keys(TASKS).join(", ")}
  --optimizer NAME  one optimizer, may be repeated (default: all)
  --tuning N        number of trainings that tune a rate (default 4)
  --reach N         points of accuracy (default 3)
  --seeds N         number of seeds of those within reach (default 5)
  --jobs N          number of trainings that run at the same time (default 2)`;

const number = (text) => ({ type: "string", default: text });
const options = {
  ...{ keep: { type: "string" }, task: someOf, optimizer: someOf },
  ...{ tuning: number("4"), reach: number("3"), seeds: number("5"), jobs: number("2") },
};
const given = readArguments(USAGE, options, ({ keep, task, optimizer, ...numbers }) => {
  if (keep === undefined) return "--keep is not set";
  const wrong = ["tuning", "reach", "seeds", "jobs"].find((name) => !/^[1-9]\d*$/.test(numbers[name]));
  if (wrong) return `--${wrong} ${numbers[wrong]}: expected a whole number of at least 1`;
  return unknownName("task", task, TASKS) ?? unknownName("optimizer", optimizer, optimizers);
});
const names = given.optimizer.length > 0 ? given.optimizer : Object.keys(optimizers);
const [tuning, reach, jobs] = [given.tuning, given.reach, given.jobs].map(Number);
/** The first seed is that of the choice, so the compared ones follow it. */
const SEEDS = Array.from({ length: Number(given.seeds) }, (_, i) => i + 1);

const { processor, cores, system, node } = describeMachine([]);
console.log(`${new Date().toISOString().slice(0, 10)}: ${processor}, ${cores} cores, ${system}, Node ${node}`);
for (const task of given.task.length > 0 ? given.task : Object.keys(TASKS)) {
  const all = entrantsOf({ optimizer: names, schedule: [], model: [], batchSize: [] });
  const tuned = await compare(task, "tuning", all, { tuning, seeds: [0] });
  const best = Math.max(...tuned.entrants.map(({ accuracy }) => accuracy?.mean ?? 0));
  const finalists = tuned.entrants.filter(({ accuracy }) => accuracy && 100 * (best - accuracy.mean) <= reach);
  const entrants = finalists.map(({ name, lr }) => ({ name, changes: { optimizer: name, lr } }));
  const final = entrants.length > 1 ? await compare(task, "final", entrants, { tuning: 0, seeds: SEEDS }) : null;
  print(task, tuned, final);
}

/** Starts a comparison, or resumes it if its folder exists. */
function compare(task, stage, entrants, settings) {
  const folder = join(given.keep, task.replace(" ", "-"), stage);
  mkdirSync(join(folder, ".."), { recursive: true });
  const request = existsSync(join(folder, "comparison.json"))
    ? { kind: "resume", folder, jobs }
    : { kind: "new", given: TASKS[task], entrants, folder, jobs, ...settings };
  return startComparison(request, (event) => {
    if (event.kind === "outcome") console.error(`${task}, ${stage}: ${event.entrant} ended trial ${event.trial.index}`);
  }).done;
}

/** Prints the ranking of a task: first those with intervals, then the others by their only training. */
function print(task, tuned, final) {
  const tuningOf = (name) => tuned.entrants.find((entrant) => entrant.name === name);
  const finalists = new Set(final?.entrants.map(({ name }) => name));
  const ranked = [...(final?.entrants ?? []), ...tuned.entrants.filter(({ name }) => !finalists.has(name))];
  const rows = ranked.map((entrant, i) => ({ place: i + 1, ...entrant, lr: tuningOf(entrant.name).lr }));
  const percent = (share) => (100 * share).toFixed(2);
  console.log(`\n${task}: accuracy on test images, %\n`);
  console.log(
    table({
      columns: [
        ["place", ({ place }) => String(place)],
        ["optimizer", ({ name }) => name],
        ["tuned rate", ({ lr }) => lr?.toPrecision(2) ?? ""],
        ["accuracy", ({ accuracy }) => (accuracy ? percent(accuracy.mean) : "diverged")],
        ["95 % interval", ({ accuracy }) => accuracy?.interval?.map(percent).join(" to ") ?? "one seed"],
        ["good rates, decades", ({ name }) => tuningOf(name).good?.decades.toFixed(1) ?? ""],
      ],
      rows,
    }),
  );
  if (final?.verdict) console.log(`\n${final.verdict}`);
}
