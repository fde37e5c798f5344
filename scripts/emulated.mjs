// Computes convolutions, training steps and optimizer steps on emulated processors, and compares the results with those of
// this machine in standard ops. Prints the time of each. A processor that cannot be emulated here is skipped.
import { spawn } from "node:child_process";
import { build } from "esbuild";
import { compare } from "./emulated/compare.mjs";
import { nodeFor, processors } from "./emulated/processors.mjs";
import { root } from "./ensure.mjs";

const cache = `${root}node_modules/.cache/emulated`;
const cases = `${cache}/cases.mjs`;
// An emulated processor takes seconds to load hundreds of modules.
await build({
  entryPoints: [`${root}scripts/emulated/cases.mjs`],
  outfile: cases,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  external: ["@downhill/onnxruntime", "onnxruntime-*"],
  logLevel: "error",
});
const started = performance.now();
const reference = await compute([process.execPath], ["portable"], {});
if (reference.problems.length > 0) throw new Error(`The reference is incomplete: ${reference.problems.join("; ")}`);
const checks = await Promise.all(processors.map(check));
console.error(`emulated processors: ${secondsSince(started)} s`);
process.exitCode = checks.every((passed) => passed) ? 0 : 1;

/** Computes the cases on a processor; returns false if any differs. */
async function check(processor) {
  const { name, emulator, cpu, block } = processor;
  const { lack, node, env } = await nodeFor(processor, cache);
  if (lack) {
    console.error(`SKIPPED: ${name}: ${lack}`);
    return true;
  }
  const start = performance.now();
  const lowerings = block === null ? ["portable"] : ["portable", "blocked"];
  const found = await compute([emulator, "-cpu", cpu, node], lowerings, env);
  const problems = compare(reference, found);
  if (found.block !== block) problems.unshift(`the block size is ${found.block}. Expected ${block}.`);
  const count = `${found.results.length} results, ${lowerings.join(" and ")}`;
  console.error([`${name}: ${count}, ${problems.length} problems, ${secondsSince(start)} s`, ...problems].join("\n  "));
  return problems.length === 0;
}

function secondsSince(start) {
  return Math.round((performance.now() - start) / 1000);
}

/** Runs the cases with an emulator, or without one; returns their output. */
function compute([command, ...args], lowerings, env) {
  const settings = { ORT_DISABLE_TELEMETRY: "1", DOWNHILL_BLOCK_SIZE: "", XDG_CACHE_HOME: cache };
  const child = spawn(command, [...args, cases, ...lowerings], { env: { ...process.env, ...settings, ...env } });
  const [output, errors] = [[], []];
  child.stdout.on("data", (data) => output.push(data));
  child.stderr.on("data", (data) => errors.push(data));
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ results: [], problems: [error.message] }));
    child.on("close", (status, signal) => {
      const ended = `the process ended with ${signal ?? status}: ${Buffer.concat(errors).toString().slice(-1000)}`;
      resolve(status === 0 ? JSON.parse(Buffer.concat(output).toString()) : { results: [], problems: [ended] });
    });
  });
}
