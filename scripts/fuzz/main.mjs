import { fork } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const USAGE = `Usage: npm run fuzz -- [--count 10000] [--seed 1] [--target NAME] [--from 0] [--json]
  --count N      inputs in all, shared between the targets (default 10000)
  --seed N       random seed (default 1)
  --target NAME  one target alone
  --from N       index of the first input of each target, to repeat one (default 0)
  --targets PATH folder of the targets (default those of scripts/fuzz)
  --limit N      maximum number of seconds for an input (default 10)
  --json         print the counts and the findings as JSON`;

const { count, seed, from, target, targets, folder, limit, json } = readArguments();

/** The maximum number of milliseconds for the preparation of a target. */
const PREPARATION = 120_000;

const chosen = target === undefined ? targets : [target];
const results = [];
for (const [i, name] of chosen.entries()) {
  const own = Math.floor(count / chosen.length) + (i < count % chosen.length ? 1 : 0);
  const result = await fuzz(name, own);
  results.push(result);
  if (!json)
    console.log(
      `${name}: ${own} inputs, ${result.accepted} accepted, ${result.refused} refused, ${result.findings.length} findings`,
    );
}
if (json) console.log(JSON.stringify(results));
else {
  for (const { name, findings } of results) {
    for (const { index, problem } of findings) {
      console.log(
        `\n${name} ${index}: ${problem}\nRepeat it: npm run fuzz -- --target ${name} --seed ${seed} --from ${index} --count 1`,
      );
    }
  }
}
process.exitCode = results.some(({ findings }) => findings.length > 0) ? 1 : 0;

/** Runs a target's inputs in worker processes. A worker that hangs or dies is a finding, and the next one continues. */
async function fuzz(name, own) {
  const result = { name, accepted: 0, refused: 0, findings: [] };
  let next = from;
  while (next < from + own) next = await runWorker(name, next, from + own - next, result);
  return result;
}

/** Runs one worker. @returns the index of the first input that it did not reach */
function runWorker(name, first, inputs, result) {
  const script = fileURLToPath(new URL("./worker.mjs", import.meta.url));
  const worker = fork(script, [join(folder, `${name}.mjs`), name, seed, first, inputs], {
    execArgv: ["--max-old-space-size=1024"],
    silent: true,
  });
  let current = null;
  let next = first;
  let said = "";
  let hung = false;
  let timer = setTimeout(kill, PREPARATION);
  worker.stderr.on("data", (data) => {
    said = `${said}${data}`.slice(-2000);
  });
  worker.on("message", ({ index, accepted, problem }) => {
    clearTimeout(timer);
    timer = setTimeout(kill, 1000 * limit);
    current = index;
    if (accepted === undefined && problem === undefined) return;
    next = index + 1;
    current = null;
    if (problem !== undefined) result.findings.push({ index, problem });
    else if (accepted) result.accepted++;
    else result.refused++;
  });
  return new Promise((resolve, reject) => {
    worker.on("close", (status, signal) => {
      clearTimeout(timer);
      if (current === null && next < first + inputs)
        return reject(new Error(`${name}: its worker exited with ${status ?? signal}: ${said}`));
      if (current === null) return resolve(next);
      result.findings.push({
        index: current,
        problem: hung ? `no end within ${limit} s` : `the process ended with ${status ?? signal}: ${said}`,
      });
      resolve(current + 1);
    });
  });

  function kill() {
    hung = true;
    worker.kill("SIGKILL");
  }
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        count: { type: "string", default: "10000" },
        seed: { type: "string", default: "1" },
        from: { type: "string", default: "0" },
        limit: { type: "string", default: "10" },
        target: { type: "string" },
        targets: { type: "string", default: fileURLToPath(new URL("./targets", import.meta.url)) },
        json: { type: "boolean", default: false },
      },
    });
    const numbers = ["count", "seed", "from", "limit"].map((key) => [key, Number(values[key])]);
    if (numbers.some(([, value]) => !Number.isSafeInteger(value) || value < 0))
      throw new Error("expected whole numbers");
    const folder = resolve(values.targets);
    const targets = readdirSync(folder).map((file) => file.replace(/\.mjs$/, ""));
    if (values.target !== undefined && !targets.includes(values.target)) {
      throw new Error(`--target ${values.target}: expected one of ${targets.join(", ")}`);
    }
    return { ...values, targets, folder, ...Object.fromEntries(numbers) };
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    process.exit(2);
  }
}
