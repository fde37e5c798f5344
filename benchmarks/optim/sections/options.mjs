import { compete } from "../../common/contestant.mjs";
import { thousands, times } from "../../common/report.mjs";
import { median, ratio } from "../../common/statistics.mjs";
import { ours } from "../entrants.mjs";

const OPTIONS = [
  ["default (guard: throw)", {}],
  ["guard: allow", { guard: "allow" }],
  ["guard: skip", { guard: "skip" }],
  ["relaxedSimd", { relaxedSimd: true }],
];

/** Measures the cost of the options of `bind`. */
export async function options({ effort, quick, skipped }) {
  const rows = [];
  for (const parameters of quick ? [1e6] : [1e4, 1e6, 25e6]) {
    const entered = OPTIONS.map(([label, bind]) => {
      const contestant = ours("adam", parameters, bind);
      contestant.label = label;
      return contestant;
    });
    const running = await compete(entered, effort, skipped);
    if (!running.includes(entered[0])) continue;
    for (const contestant of running) {
      rows.push({
        option: contestant.label,
        parameters,
        ours: median(contestant.times) / parameters,
        ratio: ratio(contestant.times, entered[0].times),
      });
    }
  }
  return { title: "Cost of the options of bind (Adam)", columns: COLUMNS, rows };
}

const COLUMNS = [
  ["option", ({ option }) => option],
  ["parameters", ({ parameters }) => thousands(parameters)],
  ["ns per parameter", (row) => row.ours.toFixed(3)],
  ["/ default", (row) => times(row.ratio)],
];
