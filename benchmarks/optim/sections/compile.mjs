import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { showTarget, target } from "../../common/report.mjs";
import { median } from "../../common/statistics.mjs";
import { BUILD, script } from "../entrants.mjs";

const TARGET = 3;
const ROUNDS = 7;
const run = promisify(execFile);

/** Measures the time from a rule to a kernel that has run once, for every optimizer of the registry. */
export async function compile({ quick, skipped }) {
  const { optimizers } = await import(BUILD);
  const rows = [];
  const all = Object.keys(optimizers);
  const names = quick ? all.slice(0, 3) : all;
  if (names.length < all.length) skipped(`${all.length - names.length} more optimizers`, "quick run");
  // One after another, round after round, so that a disturbance of the machine affects all alike.
  const results = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
    for (const name of names) results.get(name).push(await once(name));
  }
  for (const [name, found] of results) {
    const problem = found.find(({ skip }) => skip);
    if (problem) skipped(name, problem.skip);
    else rows.push({ name, cold: median(found.map(({ cold }) => cold)), warm: median(found.map(({ warm }) => warm)) });
  }
  rows.sort((a, b) => b.warm - a.warm);
  const slowest = rows[0];
  if (slowest) slowest.target = target(`slowest <= ${TARGET} ms, warm`, slowest.warm <= TARGET);
  const notes = [];
  if (rows.length > 0) {
    const coldest = rows.reduce((a, b) => (b.cold > a.cold ? b : a));
    notes.push(
      `Slowest: warm ${slowest.name} (${ms(slowest.warm)} ms), cold ${coldest.name} (${ms(coldest.cold)} ms).`,
    );
  }
  return {
    title: "From bind to the end of the first step, 4 elements, ms; slowest first",
    columns: COLUMNS,
    rows,
    notes,
  };
}

/** @returns {Promise<{ cold: number, warm: number, skip?: string }>} */
async function once(name) {
  const { stdout } = await run(process.execPath, [script("compile.mjs"), BUILD, name], { timeout: 60e3 });
  return JSON.parse(stdout);
}

const ms = (value) => value.toFixed(2);

const COLUMNS = [
  ["optimizer", ({ name }) => name],
  ["cold: first in its process", ({ cold }) => ms(cold)],
  ["warm", ({ warm }) => ms(warm)],
  ["target", showTarget],
];
