// How fast training steps are: see README.md.
import { fileURLToPath } from "node:url";
import { flag, readArguments, someOf, unknownName } from "./common/arguments.mjs";
import { Contestant, compete } from "./common/contestant.mjs";
import { describeMachine } from "./common/machine.mjs";
import { pythonsWithTorch } from "./common/pythons.mjs";
import { showTarget, table, target, time, times } from "./common/report.mjs";
import { median, ratio } from "./common/statistics.mjs";
import { profile } from "./graph/profile.mjs";
import { OPTIMIZERS, WORKLOADS } from "./graph/workloads.mjs";

const USAGE = `Usage: npm run bench -- graph [OPTIONS]

  --only NAME    only this workload, may be repeated: ${Object.keys(WORKLOADS).join(", ")}
  --profile      instead, where the time goes: the kernels of both lowerings, on one thread
  --quick        a smoke run: few rounds, one thread, SGD alone
  --python PATH  a Python with PyTorch, may be repeated (default: python3, then /usr/bin/python3)`;

const options = { only: someOf, profile: flag, quick: flag, python: someOf };
const {
  only,
  quick,
  python,
  profile: profiles,
} = readArguments(USAGE, options, (values) => unknownName("workload", values.only, WORKLOADS));
const works = only.length > 0 ? only : Object.keys(WORKLOADS);
if (profiles) {
  for (const work of works) {
    for (const lowering of ["blocked", "portable"]) console.log(`${await profile(work, lowering)}\n`);
  }
  process.exit();
}
const effort = quick ? { rounds: 3, milliseconds: 100 } : { rounds: 11, milliseconds: 600 };
const pythons = pythonsWithTorch(python);
const { processor, cores, memory, system, node, torch } = describeMachine(pythons);
console.log(
  `${new Date().toISOString().slice(0, 10)}: ${processor}, ${cores} cores, ${memory}, ${system}, Node ${node}, PyTorch ${torch}`,
);
console.log(
  `Medians of ${effort.rounds} rounds in which all take turns; ratios are medians of the rounds' (quartiles).\n`,
);

const script = (name) => fileURLToPath(new URL(`graph/contestants/${name}`, import.meta.url));
const skipped = (what, reason) => console.log(`skipped: ${what}: ${reason}`);
const rows = [];
for (const work of works) {
  for (const optimizer of quick ? ["sgd"] : Object.keys(OPTIMIZERS)) {
    for (const threads of quick ? [1] : [1, 2]) {
      console.error(`measuring: ${work}, ${optimizer}, ${threads} threads`);
      rows.push(...(await measure(work, optimizer, String(threads))));
    }
  }
}
console.log(
  table({
    columns: [
      ["work", ({ work }) => WORKLOADS[work].title],
      ["optimizer", ({ optimizer }) => OPTIMIZERS[optimizer].title],
      ["threads", ({ threads }) => threads],
      ["", ({ label }) => label],
      ["a step", (row) => time(row.ns)],
      ["to ours", (row) => times(row.ratio)],
      ["compiling", ({ compileMs }) => (compileMs ? `${compileMs.toFixed(0)} ms` : "")],
      ["target", showTarget],
    ],
    rows,
  }),
);

async function measure(work, optimizer, threads) {
  const own = (lowering) =>
    new Contestant(lowering, process.execPath, [script("ours.mjs"), work, optimizer, threads, lowering]);
  const [blocked, portable] = [own("blocked"), own("portable")];
  const [name, settings] = OPTIMIZERS[optimizer].torch;
  const peers = pythons.map(({ python: path, version }) => {
    const args = [script("torch_train_step.py"), work, name, JSON.stringify(settings), threads];
    return new Contestant(`PyTorch ${version}`, path, args, { OMP_NUM_THREADS: threads });
  });
  const running = await compete([blocked, portable, ...peers], effort, skipped);
  // Where a processor has no blocks of 16 channels, ours is the portable one.
  const ours = running.includes(blocked) ? blocked : portable;
  if (!running.includes(ours)) return [];
  return running.map((contestant) => {
    const { label, times: taken, facts } = contestant;
    const found = { work, optimizer, threads, label, ns: median(taken), compileMs: facts.compileMs };
    if (contestant === ours) return found;
    const goal = WORKLOADS[work].target;
    const theirs = ratio(taken, ours.times);
    const isPeer = peers.includes(contestant);
    return {
      ...found,
      ratio: theirs,
      ...(isPeer && { target: target(`ours <= ${goal}x`, 1 / theirs.median <= goal) }),
    };
  });
}
