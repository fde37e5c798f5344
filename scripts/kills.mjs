// Kills trainings at random moments, and resumes them with the same command and another tuning cache until they have
// finished. Each must end with the same bits as an uninterrupted run. npm run kills -- --count 300
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensure } from "./ensure.mjs";

const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "300" },
    seed: { type: "string", default: "0" },
    built: { type: "boolean", default: false },
    command: { type: "string" },
  },
});
if (!options.built) ensure();
const { allVariants, readCache, writeCache } = await import("./kills/caches.mjs");
const { MOMENTS, runCommand } = await import("./kills/command.mjs");
const { randomAt, randomKey } = await import("../packages/optim/dist/random.js");

const key = randomKey(Number(options.seed), 0, "kills");
let drawn = 0;
const random = () => randomAt(drawn++, key, 0);
const pick = (list) => list[Math.floor(random() * list.length)];

/** The maximum number of kills per run, so that runs also end on a slow machine. */
const MOST_KILLS = 8;
/** The maximum number of milliseconds between a moment and the kill. */
const WITHIN = { spawn: 1000, finding: 3000, start: 1500, epoch: 600, finishing: 1500 };

const threads = String(Math.min(2, availableParallelism()));
const COMMON = [
  ...["train", "sample", "--model", "lenet", "--batch-size", "8", "--train-limit", "324", "--test-limit", "100"],
  ...["--epochs", "2", "--threads", threads, "--checkpoint-seconds", "0.01", "--augment", "crop"],
];
/** A given learning rate, and one that is found before the run. Early stopping uses the best weights. */
const SETTINGS = [
  [...COMMON, "--lr", "0.02"],
  [...COMMON, "--lr", "auto"],
  [...COMMON, "--lr", "0.05", "--validation-share", "0.1", "--early-stopping", "1", "--epochs", "4"],
];
const BATCHES = [8, 4, 3, 100, 500, 32, 292];

const folder = mkdtempSync(join(tmpdir(), "downhill-kills-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
let folders = 0;
const newFolder = (name) => {
  const path = join(folder, `${name}-${folders++}`);
  mkdirSync(path);
  return path;
};

const first = newFolder("cache");
await finish(SETTINGS[0], join(folder, "first"), first);
const { machine } = readCache(first);
const { lowering } = JSON.parse(readFileSync(join(folder, "first", "compiled.json"), "utf8"));
const variants = allVariants(BATCHES, lowering === "blocked");
const randomVariants = () => Object.fromEntries([...variants].map(([name, all]) => [name, pick(all)]));
/** A run starts with one of two caches, and is resumed with any other one, or none. */
const BEGINNINGS = [randomVariants(), randomVariants()];

const counts = { kills: 0, runs: 0, unbegun: 0, differences: 0, deadEnds: 0 };
const moments = Object.fromEntries(MOMENTS.map((moment) => [moment, 0]));
const references = new Map();
for (; counts.kills < Number(options.count); counts.runs++) {
  await killAndResume();
  console.error(`${counts.kills} of ${options.count} kills in ${counts.runs + 1} runs`);
}
console.log(JSON.stringify({ ...counts, moments, references: references.size }));
process.exitCode = counts.differences + counts.deadEnds === 0 ? 0 : 1;

/** Performs one run from start to end with repeated kills. */
async function killAndResume() {
  const settings = pick(SETTINGS);
  const run = join(folder, `run-${counts.runs}`);
  for (let kills = 0; ; ) {
    const isRecorded = existsSync(join(run, "compiled.json"));
    const chosen = isRecorded ? pick([randomVariants(), {}]) : pick(BEGINNINGS);
    const cache = writeCache(newFolder("cache"), machine, chosen);
    // A run that has not begun is started. The status reports this to scripts that only resume.
    const resumes = random() < 0.2;
    const args = resumes ? ["train", "--resume", run] : [...settings, "--out", run, "--resume-or-start"];
    const moment = pick(MOMENTS);
    const isLeftAlone = kills === MOST_KILLS || counts.kills + kills >= Number(options.count);
    const kill = isLeftAlone ? undefined : { moment, delay: random() * WITHIN[moment] };
    const { sent, ended } = runCommand(args, cache, kill, options.command);
    // A supervisor may start the next process before the last one has exited.
    const isImpatient = random() < 0.5;
    const isDying = isImpatient && (await sent);
    const { status, killed, errors } = isDying ? { killed: true } : await ended;
    if (killed) {
      kills++;
      moments[moment]++;
    } else if (status === 0) {
      counts.kills += kills;
      return compare(settings, run);
    } else if (resumes && (status === 3 || (status === 1 && !existsSync(run)))) {
      counts.unbegun++;
    } else {
      counts.kills += kills;
      counts.deadEnds++;
      console.error(`${run}: ${args.join(" ")} exited with ${status}: ${errors}`);
      return;
    }
  }
}

async function finish(settings, run, cache) {
  const { status, errors } = await runCommand([...settings, "--out", run], cache, undefined, options.command).ended;
  if (status !== 0) throw new Error(`${settings.join(" ")} exited with ${status}: ${errors}`);
}

/** Reads the results that must be identical: all except times. */
function contents(run) {
  const text = (name) => readFileSync(join(run, name), "utf8");
  const bytes = (name) => readFileSync(join(run, name)).toString("base64");
  const { seconds, imagesPerSecond, waitingShare, checksum, ...result } = JSON.parse(text("result.json"));
  return {
    metrics: text("metrics.ndjson"),
    weights: bytes("model.safetensors"),
    model: bytes("model.onnx"),
    lr: JSON.parse(text("run.json")).config.lr,
    result: JSON.stringify(result),
  };
}

/** Compares a run with an uninterrupted one that uses the same variants. */
async function compare(settings, run) {
  const compiled = JSON.parse(readFileSync(join(run, "compiled.json"), "utf8"));
  const name = JSON.stringify([settings, compiled.variants]);
  if (!references.has(name)) {
    const reference = newFolder("reference");
    await finish(settings, reference, writeCache(newFolder("cache"), machine, compiled.variants));
    references.set(name, contents(reference));
  }
  const expected = references.get(name);
  const different = Object.entries(contents(run)).filter(([key, value]) => value !== expected[key]);
  if (different.length > 0) {
    counts.differences++;
    console.error(`${run}: ${different.map(([key]) => key).join(", ")} differ: ${settings.join(" ")}`);
  } else rmSync(run, { recursive: true });
}
