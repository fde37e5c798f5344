import { compete } from "../../common/contestant.mjs";
import { showTarget, target, time, times } from "../../common/report.mjs";
import { median, ratio } from "../../common/statistics.mjs";
import { OPTIMIZERS, ours, torch as torchEntrant } from "../entrants.mjs";

const TARGET = 2.5;

/** glibc gives large blocks back to the system and asks for them anew in each step, unless told to keep them. */
const KEEP_MEMORY = { MALLOC_MMAP_THRESHOLD_: "4294967296", MALLOC_TRIM_THRESHOLD_: "4294967296" };

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

/** A ResNet-50's tensors against PyTorch. */
export async function torch(context) {
  const rows = [];
  const variants = context.quick ? VARIANTS.slice(0, 1) : [...VARIANTS, ...TWO_THREADS];
  for (const key of ["adam", "nesterov"]) rows.push(...(await againstTorch(key, "resnet50", variants, context)));
  for (const row of rows)
    if (row.isBest || row.variant === "default") row.target = target(`>= ${TARGET}`, row.ratio.median >= TARGET);
  return { title: "A step of ResNet-50's 161 tensors (25.6M parameters) against PyTorch", columns: COLUMNS, rows };
}

/**
 * Ours and all of PyTorch's variants in turn; a row for each variant, the fastest on one thread marked.
 *
 * @param {keyof typeof OPTIMIZERS} key
 */
export async function againstTorch(key, modelName, variants, { effort, pythons, skipped }) {
  const rows = [];
  if (pythons.length === 0) skipped("PyTorch", "no python3 that can import torch: --python PATH names one");
  for (const python of pythons) {
    const { title } = OPTIMIZERS[key];
    const told = (what, reason) => skipped(`${title}: PyTorch ${python.version}, ${what}`, reason);
    const step = ours(key, modelName);
    const running = await compete(
      [step, ...variants.map((variant) => torchEntrant(python, key, modelName, variant))],
      effort,
      told,
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
  ["PyTorch, a step", ({ theirs }) => time(theirs)],
  ["ours, a step", (row) => time(row.ours)],
  ["times as fast", (row) => times(row.ratio)],
  ["target", showTarget],
];
