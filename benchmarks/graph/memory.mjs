import { fileURLToPath } from "node:url";
import { table } from "../common/report.mjs";
import { Worker } from "../common/worker.mjs";
import { WORKLOADS } from "./workloads.mjs";

/**
 * Prints the peak memory of processes that take training steps with SGD and default variants, on one thread. Two runs
 * differ by up to 20 MB. Usage: node benchmarks/graph/memory.mjs [workloads, such as W3 W4]
 */
const STEPS = 4;
const contestant = fileURLToPath(new URL("contestants/ours.mjs", import.meta.url));
const works = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(WORKLOADS);

/** Returns the peak memory in bytes. Without a folder for the tuning cache, convolutions keep their default variants. */
async function peakOf(work, lowering) {
  const worker = new Worker(process.execPath, [contestant, work, "sgd", "1", lowering], {
    XDG_CACHE_HOME: "/dev/null",
  });
  await worker.ready();
  await worker.ask(1, STEPS);
  const { peakMemory } = worker;
  worker.stop();
  return peakMemory;
}

const rows = [];
for (const work of works) {
  rows.push({ work, blocked: await peakOf(work, "blocked"), portable: await peakOf(work, "portable") });
}
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
const columns = [
  ["workload", ({ work }) => WORKLOADS[work].title],
  ["blocked", ({ blocked }) => megabytes(blocked)],
  ["portable", ({ portable }) => megabytes(portable)],
];
console.log(table({ columns, rows }));
