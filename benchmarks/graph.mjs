// How fast training steps are: see README.md.
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

  --only NAME      only this workload, may be repeated: ${Object.keys(WORKLOADS).join(", ")}
  --profile        instead, where the time goes: the kernels of both lowerings, on one thread
  --quick          a smoke run: few rounds, one thread, SGD alone
  --write          put the results into the section "Training steps" of benchmarks/README.md
  --python PATH    a Python with PyTorch, may be repeated (default: python3, then /usr/bin/python3)
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

/** Other libraries for JavaScript: on their WebAssembly backends, one thread. */
const PEERS = [
  { label: "TensorFlow.js", library: "@tensorflow/tfjs-backend-wasm", file: "tfjs.mjs" },
  { label: "jax-js", library: "@jax-js/jax", file: "jax.mjs" },
];
/** Milliseconds that a peer's step may take, so that the whole takes minutes. */
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
    // Where a Python lies is this machine's affair.
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
  // Where a processor has no blocks of 16 channels, ours is the portable one.
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

/** Compiles once in a process of its own, so that the contestant finds what is measured once; the milliseconds of it. */
function firstCompiling(args) {
  const { stdout } = spawnSync(process.execPath, [...args, "measure"], { encoding: "utf8" });
  try {
    return JSON.parse(stdout).compileMs;
  } catch {
    // The contestant will say why.
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

/** Puts the results between the marks in the README. */
function rewrite(results) {
  const path = fileURLToPath(new URL("README.md", import.meta.url));
  const [begin, end] = ["<!-- graph: begin -->", "<!-- graph: end -->"];
  const before = readFileSync(path, "utf8");
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`benchmarks/README.md has no ${begin} ... ${end}`);
  writeFileSync(path, `${before.slice(0, from)}${begin}\n\n${results}\n\n${before.slice(to)}`);
}
