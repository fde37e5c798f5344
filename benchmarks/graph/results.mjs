import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Measured rows by instruction set, so that a benchmark that runs in pieces, or on two machines, makes one report. */
const RESULTS = fileURLToPath(new URL("results.json", import.meta.url));
const README = fileURLToPath(new URL("../README.md", import.meta.url));

const keyOf = ({ work, optimizer, threads }) => `${work} ${optimizer} ${threads}`;

/** Replaces the rows of the same workload, optimizer and threads in the saved results. Returns all results. */
export function merge(instructions, machine, rows) {
  const results = JSON.parse(readFileSync(RESULTS, "utf8"));
  const kept = new Map((results[instructions]?.rows ?? []).map((row) => [keyOf(row), row]));
  for (const row of rows) kept.set(keyOf(row), row);
  const sorted = [...kept].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  const merged = { ...results, [instructions]: { machine, rows: sorted } };
  writeFileSync(RESULTS, `${JSON.stringify(merged, null, 1)}\n`);
  return merged;
}

/** Writes a report between the marks in the README. */
export function rewrite(report) {
  const [begin, end] = ["<!-- graph: begin -->", "<!-- graph: end -->"];
  const before = readFileSync(README, "utf8");
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`benchmarks/README.md has no ${begin} ... ${end}`);
  writeFileSync(README, `${before.slice(0, from)}${begin}\n\n${report}\n\n${before.slice(to)}`);
}
