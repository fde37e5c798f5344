import { showTarget, table, target, time, times } from "../common/report.mjs";
import { DEFAULT, IMPLEMENTATIONS, MODES } from "../common/torch-variants.mjs";
import { OPTIMIZERS, TARGETS, WORKLOADS } from "./workloads.mjs";

/**
 * Formats the results as Markdown: a summary with all instruction sets side by side, then the tables of each set.
 *
 * @param {Record<string, { machine: any, rows: any[] }>} results by instruction set
 */
export function report(results) {
  return [summary(results), ...Object.entries(results).map(([set, found]) => section(set, found))].join("\n\n");
}

const ours = ({ entries }) =>
  entries.find(({ kind, ns }) => kind === "blocked" && ns) ?? entries.find(({ kind }) => kind === "portable");
const portableOf = ({ entries }) => entries.find(({ kind }) => kind === "portable");
const torches = ({ entries }) => entries.filter(({ kind, ns }) => kind === "torch" && ns);
const defaultOf = (row) => torches(row).find(({ variant }) => variant === DEFAULT);
/** Returns PyTorch's fastest variant, relative to ours in the same rounds, among those that took all rounds. */
const bestOf = (row) =>
  torches(row)
    .filter(({ isFinalist }) => isFinalist)
    .sort((a, b) => b.ratio.fastest - a.ratio.fastest)[0];

const two = (number) => number?.toFixed(2) ?? "";

const workload = ["workload", ({ work }) => WORKLOADS[work].title];
const optimizer = ["optimizer", (row) => OPTIMIZERS[row.optimizer].title];
const threads = ["threads", (row) => String(row.threads)];
const milliseconds = (ms) => (ms === undefined ? "" : `${ms.toFixed(0)} ms`);
const megabytes = (bytes) => (bytes === undefined ? "" : `${(bytes / 1e6).toFixed(0)} MB`);

/** Shows the ratios of all sets in one row per workload, optimizer and number of threads. */
function summary(results) {
  const sets = Object.keys(results);
  const keyOf = (row) => [row.work, row.optimizer, row.threads].join(" ");
  const rows = new Map(sets.flatMap((set) => results[set].rows.map((row) => [keyOf(row), row])));
  const columns = [workload, optimizer, threads];
  const add = (name, ratioOf) => {
    for (const set of sets) {
      const found = (row) => results[set].rows.find((one) => keyOf(one) === keyOf(row));
      columns.push([`of ${name}, ${set}`, (row) => (found(row) ? two(ratioOf(found(row))) : "")]);
    }
  };
  add("default", (row) => defaultOf(row)?.ratio?.fastest);
  add("best", (row) => bestOf(row)?.ratio?.fastest);
  const all = Object.values(results).flatMap((found) => found.rows);
  const worst = Math.max(...all.map((row) => bestOf(row)?.ratio?.fastest ?? 0));
  const line =
    worst > 0
      ? `A step takes at most ${two(worst)} of the time of PyTorch's fastest variant, in the worst row of all instruction sets:`
      : "PyTorch was not measured.";
  return `${line}\n\n${table({ columns, rows: [...rows.values()] })}`;
}

function section(set, { machine, rows }) {
  const { processor, instructions = [], cores, memory, system, node, torch } = machine;
  const capabilities = [...new Set(rows.flatMap((row) => row.capabilities))].join(", ") || "unknown";
  const dates = [...new Set(rows.map(({ date }) => date))].sort();
  const counts = [...new Set(rows.map((row) => row.rounds))].sort((a, b) => a - b);
  const unused =
    instructions.length > 0 && !(set === instructions.at(-1))
      ? `; ONNX Runtime does not use ${instructions.at(-1)}`
      : "";
  return [
    `### ${set}`,
    `${dates.join(" and ")}, ${processor} (${instructions.join(", ") || "unknown instruction sets"}${unused}), ${cores} cores, ${memory}, ${system}, Node ${node}, PyTorch ${torch} (its kernels: ${capabilities}); \`npm run bench -- graph --write\`. Times are those of the fastest of ${counts.join(" or ")} rounds in which all contestants take turns; "in each round" is the median of the ratios per round (quartiles).`,
    table({ columns: timeColumns(set), rows }),
    "PyTorch's variants, time per step. The fastest ones took all rounds, the others the heats:",
    table({ columns: variantColumns(rows), rows: rows.filter((row) => torches(row).length > 0) }),
    ...absent(rows),
    "Compilation and memory:",
    table({ columns: COMPILATION, rows }),
    ...peers(rows),
  ].join("\n\n");
}

function timeColumns(set) {
  return [
    workload,
    optimizer,
    threads,
    ["ours", (row) => time(ours(row).ns)],
    ["portable", (row) => time(portableOf(row).ns)],
    ["PyTorch's default", (row) => time(defaultOf(row)?.ns)],
    ["PyTorch's best", (row) => time(bestOf(row)?.ns)],
    ["its variant", (row) => bestOf(row)?.variant ?? ""],
    ["ours / default", (row) => two(defaultOf(row)?.ratio.fastest)],
    ["in each round", (row) => times(defaultOf(row)?.ratio)],
    ["ours / best", (row) => two(bestOf(row)?.ratio.fastest)],
    ["in each round", (row) => times(bestOf(row)?.ratio)],
    [
      "target",
      (row) =>
        targetsOf(row, set)
          .map((goal) => showTarget({ target: goal }))
          .join("; "),
    ],
  ];
}

function targetsOf(row, set) {
  const { default: ofDefault = {}, best } = TARGETS[set] ?? {};
  const goal = (limit, name, entry) =>
    limit && entry?.ratio ? [target(`<= ${limit} of ${name}`, entry.ratio.fastest <= limit)] : [];
  return [...goal(ofDefault[row.work], "default", defaultOf(row)), ...goal(best, "best", bestOf(row))];
}

function variantColumns(rows) {
  const variants = MODES.flatMap((mode) => IMPLEMENTATIONS.map((entry) => `${mode}, ${entry}`));
  const shown = variants.filter((variant) => rows.some((row) => torches(row).some((one) => one.variant === variant)));
  const columnOf = (variant) => [variant, (row) => time(torches(row).find((one) => one.variant === variant)?.ns) || ""];
  return [workload, optimizer, threads, ...shown.map(columnOf)];
}

/** Lists the variants that were not measured, by reason. */
function absent(rows) {
  const reasons = new Map();
  for (const { work, entries } of rows)
    for (const { kind, variant, reason } of entries) {
      if (kind !== "torch" || !reason) continue;
      const found = reasons.get(reason) ?? { works: new Set(), variants: new Set() };
      reasons.set(reason, { works: found.works.add(work), variants: found.variants.add(variant) });
    }
  return [...reasons].map(
    ([reason, { works, variants }]) => `Absent for ${[...works].join(", ")}: ${[...variants].join("; ")} (${reason}).`,
  );
}

const COMPILATION = [
  workload,
  optimizer,
  threads,
  ["compile time", (row) => milliseconds(ours(row).compileMs)],
  ["first compile time", (row) => milliseconds(ours(row).firstCompileMs)],
  ["memory", (row) => megabytes(ours(row).memory)],
  ["portable", (row) => megabytes(portableOf(row).memory)],
  ["PyTorch's default", (row) => megabytes(defaultOf(row)?.memory)],
  ["target", (row) => showTarget({ target: costsOf(row) })],
];

function costsOf(row) {
  const { compileMs, memory } = WORKLOADS[row.work];
  if (!memory) return undefined;
  const met = ours(row).compileMs <= compileMs && (ours(row).memory ?? 0) <= memory;
  return target(`<= ${compileMs} ms, ${megabytes(memory)}`, met);
}

/** Shows the other libraries where at least one of them was measured. */
function peers(rows) {
  const found = rows.flatMap((row) =>
    row.entries.filter(({ kind }) => kind === "peer").map((entry) => ({ ...row, entry })),
  );
  if (!found.some(({ entry }) => entry.ns)) return [];
  const columns = [
    workload,
    optimizer,
    ["library, one thread", ({ entry }) => entry.label],
    ["time per step", ({ entry }) => (entry.ns ? time(entry.ns) : `skipped: ${entry.reason}`)],
    ["ours / theirs", ({ entry }) => entry.ratio?.fastest.toFixed(3) ?? ""],
  ];
  return ["Other JavaScript libraries:", table({ columns, rows: found })];
}
