import { showTarget, table, target, time, times } from "../common/report.mjs";
import { OPTIMIZERS, WORKLOADS } from "./workloads.mjs";

/** Formats the results as Markdown: a summary and the table. */
export function report({ date, command, machine, rounds, rows }) {
  const { processor, cores, memory, system, node, torch } = machine;
  return [
    summary(rows).join("\n"),
    `${date}, ${processor}, ${cores} cores, ${memory}, ${system}, Node ${node}, PyTorch ${torch}; \`${command}\`. Medians of ${rounds} rounds in which all contestants take turns; ratios are medians of the ratios per round (quartiles).`,
    table({ columns: COLUMNS, rows }),
  ].join("\n\n");
}

const COLUMNS = [
  ["workload", ({ work }) => WORKLOADS[work].title],
  ["optimizer", ({ optimizer }) => OPTIMIZERS[optimizer].title],
  ["threads", ({ threads }) => String(threads)],
  ["", ({ label }) => label],
  ["time per step", ({ ns, reason }) => (ns === undefined ? `skipped: ${reason}` : time(ns))],
  ["relative to ours", (row) => times(row.ratio)],
  ["compile time", ({ compileMs }) => milliseconds(compileMs)],
  ["first compile time", ({ measuringMs }) => milliseconds(measuringMs)],
  ["memory", ({ memory }) => megabytes(memory)],
  ["target", (row) => showTarget({ target: targetOf(row) })],
];

const milliseconds = (ms) => (ms === undefined ? "" : `${ms.toFixed(0)} ms`);
const megabytes = (bytes) => (bytes === undefined ? "" : `${(bytes / 1e6).toFixed(0)} MB`);

function targetOf({ work, kind, ratio, memory, compileMs }) {
  const goals = WORKLOADS[work];
  if (kind === "torch" && ratio && goals.target) {
    return target(`ours <= ${goals.target}x`, 1 / ratio.median <= goals.target);
  }
  if (kind === "portable" && ratio) return target("<= 2x", ratio.median <= 2);
  if (kind !== "ours" || !goals.memory) return undefined;
  const met = compileMs <= goals.compileMs && (memory ?? 0) <= goals.memory;
  return target(`<= ${goals.compileMs} ms, ${megabytes(goals.memory)}`, met);
}

/** Returns a line for each kind of contestant. */
function summary(rows) {
  const works = [...new Set(rows.map(({ work }) => work))];
  const range = (numbers) =>
    [...new Set([Math.min(...numbers), Math.max(...numbers)].map((n) => n.toFixed(2)))].join(" to ");
  const ratios = (kind, work) =>
    rows.filter((row) => row.kind === kind && row.work === work && row.ratio).map((row) => row.ratio.median);
  const lines = [];
  const ofTorch = works.filter((work) => ratios("torch", work).length > 0);
  if (ofTorch.length > 0) {
    const shares = ofTorch.map((work) => {
      const found = ratios("torch", work).map((theirs) => 1 / theirs);
      const goal = WORKLOADS[work].target;
      return `${range(found)} for ${WORKLOADS[work].title}${goal ? ` (target ${goal})` : ""}`;
    });
    lines.push(`- **Time per step relative to PyTorch**: ${shares.join(", ")}.`);
  }
  const portable = works.flatMap((work) => ratios("portable", work));
  if (portable.length > 0)
    lines.push(`- **The portable lowering** takes ${range(portable)} times as long as the blocked lowering.`);
  const peers = works.flatMap((work) => ratios("peer", work));
  if (peers.length > 0)
    lines.push(`- **Other JavaScript libraries** take ${range(peers)} times as long, on the workloads they support.`);
  return lines;
}
