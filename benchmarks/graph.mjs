// Benchmark of training steps: see README.md.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { flag, readArguments, someOf, unknownName } from "./common/arguments.mjs";
import { Contestant, compete } from "./common/contestant.mjs";
import { describeMachine } from "./common/machine.mjs";
import { installPeers, lackOf } from "./common/peers.mjs";
import { pythonsWithTorch } from "./common/pythons.mjs";
import { median, ratio } from "./common/statistics.mjs";
import { profile } from "./graph/profile.mjs";
import { report } from "./graph/report.mjs";
import { OPTIMIZERS, WORKLOADS } from "./graph/workloads.mjs";

const USAGE = `Usage: npm run bench -- graph [OPTIONS]

  --only NAME      run one workload, may be repeated: ${Object.keys(WORKLOADS).join(", ")} (default: all)
  --profile        print the time of each kernel in both lowerings, on one thread, instead of the benchmark
  --quick          smoke test: few rounds, one thread, SGD only
  --write          write the results to the section "Training steps" of benchmarks/README.md
  --python PATH    Python with PyTorch, may be repeated (default: python3, then /usr/bin/python3)
  --install-peers  first install the libraries to compare with (npm ci in benchmarks/, about 300 MB)`;

const options = {
  only: someOf,
  profile: flag,
  quick: flag,
  write: flag,
  python: someOf,
  "install-peers": flag,
};
const given = readArguments(USAGE, options, (values) => unknownName("workload", values.only, WORKLOADS));
const { only, quick, write, python } = given;
const works = only.length > 0 ? only : Object.keys(WORKLOADS);
if (given.profile) {
  for (const work of works) {
    for (const lowering of ["blocked", "portable"]) console.log(`${await profile(work, lowering)}\n`);
  }
  process.exit();
}
if (given["install-peers"]) installPeers();

/** Other JavaScript libraries, on their WebAssembly backends with one thread. */
const PEERS = [
  { label: "TensorFlow.js", library: "@tensorflow/tfjs-backend-wasm", file: "tfjs.mjs" },
  { label: "jax-js", library: "@jax-js/jax", file: "jax.mjs" },
];
/** Maximum milliseconds of a peer's step, so that the benchmark takes minutes. */
const PATIENCE = 1000;

const effort = quick ? { rounds: 3, milliseconds: 100 } : { rounds: 11, milliseconds: 500 };
const pythons = pythonsWithTorch(python);
const script = (name) => fileURLToPath(new URL(`graph/contestants/${name}`, import.meta.url));
const rows = [];
for (const work of works) {
  const { optimizers = Object.keys(OPTIMIZERS) } = WORKLOADS[work];
  for (const optimizer of quick ? ["sgd"] : optimizers) {
    for (const threads of quick ? [1] : [1, 2]) {
      console.error(`measuring: ${work}, ${optimizer}, ${threads} threads`);
      rows.push(...(await measure(work, optimizer, threads)));
    }
  }
}
const text = report({
  date: new Date().toISOString().slice(0, 10),
  command: ["npm run bench -- graph", ...process.argv.slice(2).filter((argument) => argument !== "--write")]
    // Hides the path of this machine's Python.
    .map((argument) => (python.includes(argument) ? "PATH" : argument))
    .join(" "),
  machine: describeMachine(pythons),
  rounds: effort.rounds,
  rows,
});
console.log(text);
if (write) rewrite(text);

async function measure(work, optimizer, threads) {
  const args = (lowering) => [script("ours.mjs"), work, optimizer, String(threads), lowering];
  const measuring = Object.fromEntries(
    ["blocked", "portable"].map((lowering) => [lowering, firstCompiling(args(lowering))]),
  );
  const own = (lowering) => new Contestant(lowering, process.execPath, args(lowering));
  const [blocked, portable] = [own("blocked"), own("portable")];
  const [name, settings] = OPTIMIZERS[optimizer].torch;
  const torches = pythons.map(({ python: path, version }) => {
    const torchArgs = [script("torch_train_step.py"), work, name, JSON.stringify(settings), String(threads)];
    return new Contestant(`PyTorch ${version}`, path, torchArgs, { env: { OMP_NUM_THREADS: String(threads) } });
  });
  const left = [];
  const skipped = (label, reason) => left.push({ work, optimizer, threads, label, reason });
  const peers = threads === 1 ? PEERS.flatMap((peer) => enter(peer, work, optimizer, skipped)) : [];
  const running = await compete([blocked, portable, ...torches, ...peers], effort, skipped);
  // Without AVX-512, the blocked contestant does not run and the portable one stands for ours.
  const ours = running.includes(blocked) ? blocked : portable;
  const found = running.map((contestant) => ({
    work,
    optimizer,
    threads,
    label:
      contestant.facts.version && peers.includes(contestant)
        ? `${contestant.label} ${contestant.facts.version}`
        : contestant.label,
    kind:
      contestant === ours
        ? "ours"
        : contestant === portable
          ? "portable"
          : torches.includes(contestant)
            ? "torch"
            : "peer",
    ns: median(contestant.times),
    ...(contestant !== ours && running.includes(ours) && { ratio: ratio(contestant.times, ours.times) }),
    compileMs: contestant.facts.compileMs,
    measuringMs: measuring[contestant.label],
    memory: contestant.peakMemory,
  }));
  return [...found, ...left];
}

/** Compiles in a separate process, which fills the tuning cache for the contestant; returns the milliseconds it takes. */
function firstCompiling(args) {
  const { stdout } = spawnSync(process.execPath, [...args, "measure"], { encoding: "utf8" });
  try {
    return JSON.parse(stdout).compileMs;
  } catch {
    // The contestant reports the reason.
    return undefined;
  }
}

function enter({ label, library, file }, work, optimizer, skipped) {
  const lack = lackOf(library);
  if (lack === null)
    return [new Contestant(label, process.execPath, [script(file), work, optimizer], { patience: PATIENCE })];
  skipped(label, lack);
  return [];
}

/** Writes the results between the marks in the README. */
function rewrite(results) {
  const path = fileURLToPath(new URL("README.md", import.meta.url));
  const [begin, end] = ["<!-- graph: begin -->", "<!-- graph: end -->"];
  const before = readFileSync(path, "utf8");
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`benchmarks/README.md has no ${begin} ... ${end}`);
  writeFileSync(path, `${before.slice(0, from)}${begin}\n\n${results}\n\n${before.slice(to)}`);
}
