import { compete } from "../../common/contestant.mjs";
import { showTarget, target, thousands, times } from "../../common/report.mjs";
import { median, ratio } from "../../common/statistics.mjs";
import { limit, OPTIMIZERS, ours, torch } from "../entrants.mjs";

const PARAMETERS = 25e6;
const THREADS = [1, 2];
const TARGET = 1.1;
const VARIANTS = [
  { label: "foreach", settings: { foreach: true } },
  { label: "fused", settings: { fused: true } },
];

/** Compares optimizers on one and two threads with the C loop and with PyTorch on as many. */
export async function threads({ effort, quick, pythons, skipped }) {
  const parameters = quick ? 2e6 : PARAMETERS;
  const rows = [];
  for (const [key, { title, states, torch: peer }] of Object.entries(OPTIMIZERS)) {
    for (const count of THREADS) {
      const report = (what, reason) => skipped(`${title}, ${count} threads: ${what}`, reason);
      const step = ours(key, parameters, {}, count);
      const loop = limit(states, parameters, "default", report, count);
      const others = peer ? pythons.flatMap((python) => torchEntrants(python, key, parameters, count)) : [];
      const running = await compete([loop, step, ...others], effort, report);
      for (const contestant of running) {
        const row = {
          optimizer: title,
          threads: count,
          name: contestant.label,
          time: median(contestant.times) / parameters,
        };
        if (contestant === step) row.name = "ours";
        if (contestant !== loop && running.includes(loop)) row.ratio = ratio(contestant.times, loop.times);
        if (contestant === step && row.ratio) {
          row.target = target(`<= ${TARGET.toFixed(2)}`, row.ratio.median <= TARGET);
        }
        rows.push(row);
      }
    }
  }
  return { title: `One step of ${thousands(parameters)} parameters on one and two threads`, columns: COLUMNS, rows };
}

const torchEntrants = (python, key, parameters, count) =>
  VARIANTS.map(({ label, settings }) =>
    torch(python, key, parameters, { label: `PyTorch ${python.version}, ${label}`, settings, threads: count }),
  );

const COLUMNS = [
  ["optimizer", ({ optimizer }) => optimizer],
  ["threads", (row) => String(row.threads)],
  ["", ({ name }) => name],
  ["ns per parameter", ({ time }) => time.toFixed(3)],
  ["/ C loop, same threads", (row) => times(row.ratio)],
  ["target", showTarget],
];
