// Benchmark of training steps: see README.md.
import { probeArithmetic } from "@downhill/graph";
import { flag, readArguments, someOf, unknownName } from "./common/arguments.mjs";
import { describeMachine } from "./common/machine.mjs";
import { installPeers } from "./common/peers.mjs";
import { pythonsWithTorch } from "./common/pythons.mjs";
import { MODES } from "./common/torch-variants.mjs";
import { measure } from "./graph/measure.mjs";
import { profile } from "./graph/profile.mjs";
import { report } from "./graph/report.mjs";
import { merge, rewrite } from "./graph/results.mjs";
import { OPTIMIZERS, WORKLOADS } from "./graph/workloads.mjs";

const USAGE = `Usage: npm run bench -- graph [OPTIONS]

  --only NAME       run one workload, may be repeated: ${Object.keys(WORKLOADS).join(", ")} (default: all)
  --optimizer NAME  run one optimizer, may be repeated: ${Object.keys(OPTIMIZERS).join(", ")} (default: all)
  --threads N       run with N threads, may be repeated (default: 1 and 2)
  --mode NAME       measure PyTorch in one mode only, may be repeated: ${MODES.join(", ")} (default: all)
  --rounds N        rounds of our lowering, PyTorch's default and its two fastest variants (default 15)
  --heats N         first rounds, in which all contestants take part (default 3)
  --profile         print the time of each kernel in both lowerings instead of the benchmark
  --quick           smoke test: three rounds, one thread, SGD only
  --write           merge the results into those of earlier runs and write all to benchmarks/README.md
  --python PATH     Python with PyTorch, may be repeated (default: python3, then /usr/bin/python3)
  --install-peers   first install the libraries to compare with (npm ci in benchmarks/, about 300 MB)`;

const options = {
  only: someOf,
  optimizer: someOf,
  threads: someOf,
  mode: someOf,
  rounds: { type: "string", default: "15" },
  heats: { type: "string", default: "3" },
  profile: flag,
  quick: flag,
  write: flag,
  python: someOf,
  "install-peers": flag,
};
const given = readArguments(USAGE, options, (values) => {
  const { rounds, heats } = values;
  const count = [...values.threads, rounds, heats].find((text) => !/^[1-9]\d*$/.test(text));
  if (count !== undefined) return `"${count}" is not a whole number of at least 1`;
  return (
    unknownName("workload", values.only, WORKLOADS) ??
    unknownName("optimizer", values.optimizer, OPTIMIZERS) ??
    unknownName("mode", values.mode, Object.fromEntries(MODES.map((mode) => [mode, mode])))
  );
});
const { quick, write, python } = given;
const someOr = (list, all) => (list.length > 0 ? list : all);
const works = someOr(given.only, Object.keys(WORKLOADS));
const optimizers = quick ? ["sgd"] : someOr(given.optimizer, Object.keys(OPTIMIZERS));
const modes = someOr(given.mode, MODES);
const threadCounts = quick ? [1] : someOr(given.threads, [1, 2]).map(Number);
if (given.profile) {
  for (const work of works)
    for (const threads of someOr(given.threads, [1]).map(Number))
      for (const lowering of ["blocked", "portable"]) console.log(`${await profile(work, lowering, threads)}\n`);
  process.exit();
}
if (given["install-peers"]) installPeers();

const effort = quick
  ? { rounds: 3, heats: 1, milliseconds: 100 }
  : { rounds: Number(given.rounds), heats: Math.min(given.heats, given.rounds), milliseconds: 300 };
const pythons = pythonsWithTorch(python);
const machine = describeMachine(pythons);
const instructions = await instructionSet();
const date = new Date().toISOString().slice(0, 10);
const rows = [];
for (const work of works)
  for (const optimizer of optimizers)
    for (const threads of threadCounts) {
      console.error(`measuring: ${work}, ${optimizer}, ${threads} threads`);
      rows.push({ ...(await measure({ work, optimizer, threads }, { pythons, modes }, effort)), date });
    }
console.log(report({ [instructions]: { machine, rows } }));
if (write) rewrite(report(merge(instructions, machine, rows)));

/** Returns the instruction set of ONNX Runtime's kernels, by the size of their blocks of channels. */
async function instructionSet() {
  const { block } = await probeArithmetic({ device: "cpu", threads: 1 });
  const all = machine.instructions ?? [];
  if (block === 16) return "AVX-512";
  return all.findLast((set) => set !== "AVX-512") ?? `${process.arch}, block size ${block}`;
}
