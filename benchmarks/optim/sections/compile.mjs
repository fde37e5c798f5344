import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { BUILD, script } from "../entrants.mjs";
import { showTarget, target } from "../report.mjs";
import { median } from "../statistics.mjs";

const TARGET = 3;
const run = promisify(execFile);

/** From a rule to a kernel that has run once, for every optimizer of the registry. */
export async function compile({ quick, skipped }) {
  const { optimizers } = await import(BUILD);
  const rows = [];
  for (const name of Object.keys(optimizers)) {
    const results = [];
    for (let i = 0; i < (quick ? 1 : 7); i++) {
      const { stdout } = await run(process.execPath, [script("compile.mjs"), BUILD, name]);
      results.push(JSON.parse(stdout));
    }
    const problem = results.find(({ skip }) => skip);
    if (problem) skipped(`compiling ${name}`, problem.skip);
    else rows.push({ name, cold: median(results.map(({ cold }) => cold)), warm: median(results.map(({ warm }) => warm)) });
  }
  rows.sort((a, b) => b.warm - a.warm);
  const slowest = rows[0];
  if (slowest) slowest.target = target(`slowest <= ${TARGET} ms, warm`, slowest.warm <= TARGET);
  const notes = [];
  if (rows.length > 0) {
    const coldest = rows.reduce((a, b) => (b.cold > a.cold ? b : a));
    notes.push(`Slowest: warm ${slowest.name} (${ms(slowest.warm)} ms), cold ${coldest.name} (${ms(coldest.cold)} ms).`);
  }
  return { title: "From bind to the end of the first step, 4 elements, ms; slowest first", columns: COLUMNS, rows, notes };
}

const ms = (value) => value.toFixed(2);

const COLUMNS = [
  ["optimizer", ({ name }) => name],
  ["cold: first in its process", ({ cold }) => ms(cold)],
  ["warm", ({ warm }) => ms(warm)],
  ["target", showTarget],
];
