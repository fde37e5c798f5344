import { compete } from "../../common/contestant.mjs";
import { showTarget, target, time, times } from "../../common/report.mjs";
import { median, ratio } from "../../common/statistics.mjs";
import { ours, peer } from "../entrants.mjs";

const TARGET = 10;

/** Compares Adam with other libraries for JavaScript engines, on their WebAssembly backends. */
export async function tfjs({ effort, quick, skipped }) {
  const rows = [];
  for (const model of quick ? ["tiny"] : ["resnet50", "tiny"]) {
    const step = ours("adam", model);
    const others = [
      peer("TensorFlow.js", "@tensorflow/tfjs-backend-wasm", "tfjs.mjs", model, skipped),
      peer("jax-js", "@jax-js/jax", "jax.mjs", model, skipped),
    ];
    const running = await compete([step, ...others], effort, skipped);
    for (const other of others.filter((entrant) => running.includes(entrant) && running.includes(step))) {
      const row = {
        library: other.facts.version ? `${other.label} ${other.facts.version}` : other.label,
        model,
        theirs: median(other.times),
        ours: median(step.times),
        ratio: ratio(other.times, step.times),
      };
      if (other === others[0]) row.target = target(`>= ${TARGET}`, row.ratio.median >= TARGET);
      rows.push(row);
    }
  }
  return {
    title: "Adam compared with other libraries for JavaScript (WebAssembly, one thread)",
    columns: COLUMNS,
    rows,
  };
}

const COLUMNS = [
  ["library", ({ library }) => library],
  ["model", ({ model }) => model],
  ["theirs, per step", ({ theirs }) => time(theirs)],
  ["ours, per step", (row) => time(row.ours)],
  ["speedup", (row) => times(row.ratio)],
  ["target", showTarget],
];
