import { compete } from "../../common/contestant.mjs";
import { showTarget, target, time, times } from "../../common/report.mjs";
import { median, ratio } from "../../common/statistics.mjs";
import { KEEP_MEMORY } from "../../common/torch-variants.mjs";
import { OPTIMIZERS, ours, torch as torchEntrant } from "../entrants.mjs";

const TARGET = 2.5;

export const VARIANTS = [
  { label: "default" },
  { label: "foreach", settings: { foreach: true } },
  { label: "fused", settings: { fused: true } },
  { label: "default, memory kept", env: KEEP_MEMORY },
  { label: "foreach, memory kept", settings: { foreach: true }, env: KEEP_MEMORY },
];
const TWO_THREADS = [
  { label: "default, 2 threads", threads: 2 },
  { label: "fused, 2 threads", threads: 2, settings: { fused: true } },
];

/** Compares steps of a ResNet-50's tensors with PyTorch. */
export async function torch(context) {
  const rows = [];
  const variants = context.quick ? VARIANTS.slice(0, 1) : [...VARIANTS, ...TWO_THREADS];
  for (const key of ["adam", "nesterov"]) rows.push(...(await againstTorch(key, "resnet50", variants, context)));
  for (const row of rows)
    if (row.isBest || row.variant === "default") row.target = target(`>= ${TARGET}`, row.ratio.median >= TARGET);
  return {
    title: "One step of ResNet-50's 161 tensors (25.6M parameters) compared with PyTorch",
    columns: COLUMNS,
    rows,
  };
}

/**
 * Measures ours and all of PyTorch's variants in turns; returns a row for each variant, with the fastest on one thread marked.
 *
 * @param {keyof typeof OPTIMIZERS} key
 */
export async function againstTorch(key, modelName, variants, { effort, pythons, skipped }) {
  const rows = [];
  if (pythons.length === 0) skipped("PyTorch", "no python3 can import torch; pass one with --python PATH");
  for (const python of pythons) {
    const { title } = OPTIMIZERS[key];
    const report = (what, reason) => skipped(`${title}: PyTorch ${python.version}, ${what}`, reason);
    const step = ours(key, modelName);
    const running = await compete(
      [step, ...variants.map((variant) => torchEntrant(python, key, modelName, variant))],
      effort,
      report,
    );
    if (!running.includes(step)) continue;
    const found = running
      .filter((contestant) => contestant !== step)
      .map((contestant) => ({
        optimizer: title,
        torch: python.version,
        variant: contestant.label,
        theirs: median(contestant.times),
        ours: median(step.times),
        ratio: ratio(contestant.times, step.times),
      }));
    const single = found.filter(({ variant }) => !variant.includes("threads"));
    if (single.length > 0) single.reduce((a, b) => (b.theirs < a.theirs ? b : a)).isBest = true;
    rows.push(...found);
  }
  return rows;
}

export const COLUMNS = [
  ["optimizer", ({ optimizer }) => optimizer],
  ["PyTorch", (row) => row.torch ?? ""],
  ["variant", ({ variant = "", isBest }) => (isBest ? `${variant} (its best)` : variant)],
  ["PyTorch, per step", ({ theirs }) => time(theirs)],
  ["ours, per step", (row) => time(row.ours)],
  ["speedup", (row) => times(row.ratio)],
  ["target", showTarget],
];
