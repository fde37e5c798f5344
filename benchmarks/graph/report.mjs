import { showTarget, table, target, time, times } from "../common/report.mjs";
import { OPTIMIZERS, WORKLOADS } from "./workloads.mjs";

/** The results as Markdown: what they say in words, and the table. */
export function report({ date, command, machine, rounds, rows }) {
  const { processor, cores, memory, system, node, torch } = machine;
  return [
    summary(rows).join("\n"),
    `${date}, ${processor}, ${cores} cores, ${memory}, ${system}, Node ${node}, PyTorch ${torch}; \`${command}\`. Medians of ${rounds} rounds in which all take turns; ratios are medians of the rounds' ratios (quartiles).`,
    table({ columns: COLUMNS, rows }),
  ].join("\n\n");
}

const COLUMNS = [
  ["work", ({ work }) => WORKLOADS[work].title],
  ["optimizer", ({ optimizer }) => OPTIMIZERS[optimizer].title],
  ["threads", ({ threads }) => String(threads)],
  ["", ({ label }) => label],
  ["a step", ({ ns, reason }) => (ns === undefined ? `left out: ${reason}` : time(ns))],
  ["to ours", (row) => times(row.ratio)],
  ["compiling", ({ compileMs }) => milliseconds(compileMs)],
  ["the first time", ({ measuringMs }) => milliseconds(measuringMs)],
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

/** A line for each kind of contestant. */
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
    lines.push(`- **Of PyTorch's time** a step takes ${shares.join(", ")}.`);
  }
  const portable = works.flatMap((work) => ratios("portable", work));
  if (portable.length > 0)
    lines.push(`- **The portable lowering** takes ${range(portable)} times as long as the blocked one.`);
  const peers = works.flatMap((work) => ratios("peer", work));
  if (peers.length > 0)
    lines.push(`- **Other libraries for JavaScript**, where they can do the work, take ${range(peers)} times as long.`);
  return lines;
}
