// Measures accuracy and time of complete trainings with the built command line: see README.md.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { flag, readArguments, someOf, unknownName } from "./common/arguments.mjs";
import { downhill, lastLine } from "./common/downhill.mjs";
import { describeMachine } from "./common/machine.mjs";
import { pythonsWithTorch } from "./common/pythons.mjs";
import { showTarget, table, target } from "./common/report.mjs";
import { median } from "./common/statistics.mjs";
import { DEFAULT, IMPLEMENTATIONS, MODES } from "./common/torch-variants.mjs";

/** Trainings by the arguments of `downhill train`, with their target accuracy. */
const WORKS = {
  mnist: { data: "mnist", flags: ["--model", "lenet", "--epochs", "5"], accuracy: 0.992 },
  "fashion-mnist": {
    data: "fashion-mnist",
    flags: ["--model", "lenet", "--epochs", "5"],
    accuracy: 0.915,
    againstTorch: true,
  },
  "sign-language-digits": { data: "sign-language-digits", flags: [], accuracy: 0.97 },
  cifar10: { data: "cifar10", flags: [], accuracy: 0.92 },
};

const USAGE = `Usage: DOWNHILL_DATA=FOLDER npm run bench -- train [OPTIONS]

FOLDER contains the data sets, each in a folder of its name: ${Object.keys(WORKS).join(", ")}.

  --only NAME     only this data set; can be repeated
  --seeds COUNT   number of seeds per data set, from 0 (default 3)
  --keep FOLDER   keep the run folders there
  --python PATH   a Python with PyTorch; can be repeated (default: python3, then /usr/bin/python3)
  --quick         smoke test: one seed, 2,000 images, one epoch`;

const options = {
  only: someOf,
  seeds: { type: "string", default: "3" },
  keep: { type: "string" },
  python: someOf,
  quick: flag,
};
const { only, seeds, keep, python, quick } = readArguments(USAGE, options, (values) => {
  if (!process.env.DOWNHILL_DATA) return "DOWNHILL_DATA is not set";
  if (!(Number.isInteger(Number(values.seeds)) && Number(values.seeds) >= 1))
    return `--seeds ${values.seeds}: expected a whole number of at least 1`;
  return unknownName("data set", values.only, WORKS);
});

const pythons = pythonsWithTorch(python);
const { processor, instructions, cores, memory, system, node, torch } = describeMachine(pythons);
console.log(
  `${new Date().toISOString().slice(0, 10)}: ${processor} (${instructions?.join(", ") ?? "unknown instruction sets"}), ${cores} cores, ${memory}, ${system}, Node ${node}, PyTorch ${torch}\n`,
);

const folder = keep ?? mkdtempSync(join(tmpdir(), "downhill-bench-"));
const rows = [];
try {
  for (const name of only.length > 0 ? only : Object.keys(WORKS)) rows.push(...(await measure(name)));
} finally {
  if (!keep) rmSync(folder, { recursive: true, force: true });
}
console.log(
  table({
    columns: [
      ["data", ({ name }) => name],
      ["", ({ label }) => label],
      ["accuracy (lowest-highest)", ({ accuracies }) => spread(accuracies)],
      ["epochs", ({ epochs }) => String(epochs)],
      ["s for the range test", ({ searching }) => (searching ? median(searching).toFixed(1) : "")],
      ["s per epoch", ({ seconds, epochs }) => (median(seconds) / epochs).toPrecision(3)],
      ["images/s", ({ speeds }) => median(speeds).toFixed(0)],
      ["waiting", ({ waiting }) => (waiting ? percent(median(waiting)) : "")],
      ["target", ({ targets }) => targets.map((one) => showTarget({ target: one })).join("; ")],
    ],
    rows,
  }),
);

/** Trains with each seed. If PyTorch does the same work, its default and its fastest variant train in turns with Downhill. */
async function measure(name) {
  const { data, flags, accuracy, againstTorch } = WORKS[name];
  const source =
    existsSync(join(process.env.DOWNHILL_DATA, data)) && data === "sign-language-digits"
      ? join(process.env.DOWNHILL_DATA, data)
      : data;
  const small = quick ? ["--epochs", "1", "--train-limit", "2000"] : [];
  const ours = [];
  const competitors = againstTorch && !quick ? await entered(join(process.env.DOWNHILL_DATA, data)) : [];
  for (let seed = 0; seed < (quick ? 1 : Number(seeds)); seed++) {
    console.error(`training: ${name}, seed ${seed}`);
    const out = join(folder, `${name}-${seed}`);
    const run = await downhill("train", source, ...flags, ...small, "--seed", String(seed), "--out", out, "--json");
    const { finder } = JSON.parse(readFileSync(join(out, "run.json"), "utf8"));
    ours.push({ ...run, searching: finder?.seconds ?? 0 });
    for (const { python: command, variant, results } of competitors)
      results.push(await lastLine(command, epochsOf(join(process.env.DOWNHILL_DATA, data), seed, variant)));
  }
  const { epochs } = ours[0];
  const figures = (label, results, extra) => ({
    name,
    label,
    epochs,
    accuracies: results.map((result) => result.accuracy),
    seconds: results.map((result) => result.seconds),
    ...extra,
  });
  const own = figures("Downhill", ours, {
    speeds: ours.map((result) => result.imagesPerSecond),
    searching: ours.map((result) => result.searching),
    waiting: ours.map((result) => result.waitingShare),
  });
  const reached = target(`accuracy >= ${percent(accuracy)}`, median(own.accuracies) >= accuracy);
  const prompt = target("waiting <= 3 %", median(own.waiting) <= 0.03);
  const peers = competitors.map(({ label, results }) => {
    const times = results.map((result) => result.seconds);
    const faster = target(
      "Downhill takes no more time, including the range test",
      ours.every((result, seed) => result.searching + result.seconds <= times[seed]),
    );
    return figures(label, results, {
      speeds: times.map((time) => (5 * 60_000) / time),
      targets: [faster],
    });
  });
  return [{ ...own, targets: [reached, prompt] }, ...peers];
}

/** Returns the arguments of torch_epochs.py for a variant. */
function epochsOf(source, seed, variant) {
  const script = fileURLToPath(new URL("train/torch_epochs.py", import.meta.url));
  return [script, source, String(cores), "5", String(seed), ...variant.split(", ")];
}

/** Times some steps of each variant of each PyTorch, and returns its default and its fastest variant. */
async function entered(source) {
  const found = [];
  for (const { python: command, version } of pythons) {
    const timed = [];
    for (const variant of MODES.flatMap((mode) => IMPLEMENTATIONS.map((entry) => `${mode}, ${entry}`))) {
      const { seconds, skip } = await lastLine(command, [...epochsOf(source, 0, variant), "100"]);
      console.error(`PyTorch ${version}, ${variant}: ${skip ?? `${(seconds * 1000).toFixed(2)} ms per step`}`);
      if (!skip) timed.push({ variant, seconds });
    }
    const [fastest] = timed.sort((a, b) => a.seconds - b.seconds);
    for (const variant of new Set([DEFAULT, fastest.variant]))
      found.push({ python: command, label: `PyTorch ${version}, ${variant}`, variant, results: [] });
  }
  return found;
}

function percent(share) {
  return `${(100 * share).toFixed(share > 0.9 ? 2 : 1)} %`;
}
function spread(shares) {
  return `${percent(median(shares))} (${percent(Math.min(...shares))}-${percent(Math.max(...shares))})`;
}
