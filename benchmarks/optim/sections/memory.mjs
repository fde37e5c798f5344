import { compete } from "../../common/contestant.mjs";
import { showTarget, target, thousands, times } from "../../common/report.mjs";
import { median, ratio } from "../../common/statistics.mjs";
import { limit, OPTIMIZERS, ours } from "../entrants.mjs";

const TARGET = 1.1;
/** Smallest size beyond all caches: from here on memory is the limit, and the target applies. */
const TARGET_SIZE = 25e6;

/** Compares optimizers with a loop that only moves the bytes that they must. */
export async function memory({ effort, quick, skipped }) {
  const sizes = quick ? [1e6] : [1e4, 1e6, TARGET_SIZE, 1e8];
  const rows = [];
  for (const parameters of sizes) {
    for (const [key, { title }] of Object.entries(OPTIMIZERS)) {
      const report = (what, reason) => skipped(`${title}, ${thousands(parameters)} parameters: ${what}`, reason);
      const row = await againstLimit(key, parameters, { effort, skipped: report });
      if (row) rows.push(row);
    }
  }
  return {
    title: "One step compared with a C loop that only moves the same bytes",
    columns: COLUMNS,
    rows,
    notes: notes(rows),
  };
}

/** Returns one row; undefined if our optimizer could not be measured. */
export async function againstLimit(key, parameters, { effort, skipped }) {
  const { states, title } = OPTIMIZERS[key];
  const step = ours(key, parameters);
  const plain = limit(states, parameters, "default", skipped);
  const huge = plain && limit(states, parameters, "huge", skipped);
  const running = await compete([step, plain, huge], effort, skipped);
  if (!running.includes(step)) return undefined;
  const perParameter = (contestant) =>
    running.includes(contestant) ? median(contestant.times) / parameters : undefined;
  const row = {
    optimizer: title,
    parameters,
    ours: perParameter(step),
    loop: perParameter(plain),
    loopHuge: perParameter(huge),
  };
  if (step.facts.hugePages > 0) row.hugePages = step.facts.hugePages;
  if (row.loop) row.ratio = ratio(step.times, plain.times);
  if (row.ratio && parameters === TARGET_SIZE)
    row.target = target(`<= ${TARGET.toFixed(2)}`, row.ratio.median <= TARGET);
  return row;
}

const ns = (value) => (value === undefined ? "" : value.toFixed(3));

export const COLUMNS = [
  ["optimizer", ({ optimizer }) => optimizer],
  ["parameters", ({ parameters }) => thousands(parameters)],
  ["ours, ns per parameter", ({ ours }) => ns(ours)],
  ["C loop, same pages", ({ loop }) => ns(loop)],
  ["C loop, 2 MB pages", ({ loopHuge }) => ns(loopHuge)],
  ["ours / C loop, same pages", (row) => times(row.ratio)],
  ["target", showTarget],
];

function notes(rows) {
  const megabytes = Math.max(0, ...rows.map(({ hugePages = 0 }) => hugePages));
  const pages = megabytes > 0 ? `in part 2 MB (up to ${megabytes} MB in them)` : "of 4 KB";
  return [
    `The pages that Node got for its WebAssembly memory were ${pages}; "same pages" is the C loop without madvise.`,
  ];
}
