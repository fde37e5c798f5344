import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Measured rows by instruction set, so that a benchmark that runs in pieces, or on two machines, makes one report. */
const RESULTS = fileURLToPath(new URL("results.json", import.meta.url));
const README = fileURLToPath(new URL("../README.md", import.meta.url));

const keyOf = ({ work, optimizer, threads }) => `${work} ${optimizer} ${threads}`;

/** Adds the entries of a later measurement to those of the same row: each ratio is from the rounds of its own measurement. */
function mergeRow(row, later) {
  const entries = new Map([...(row?.entries ?? []), ...later.entries].map((entry) => [entry.label, entry]));
  const capabilities = [...new Set([...(row?.capabilities ?? []), ...later.capabilities])];
  return { ...later, capabilities, entries: [...entries.values()] };
}

/** Merges rows into the saved results, by workload, optimizer and threads. Returns all results. */
export function merge(instructions, machine, rows) {
  const results = JSON.parse(readFileSync(RESULTS, "utf8"));
  const kept = new Map((results[instructions]?.rows ?? []).map((row) => [keyOf(row), row]));
  for (const row of rows) kept.set(keyOf(row), mergeRow(kept.get(keyOf(row)), row));
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
