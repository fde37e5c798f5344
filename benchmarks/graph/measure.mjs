import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Contestant, compete } from "../common/contestant.mjs";
import { lackOf } from "../common/peers.mjs";
import { ratio } from "../common/statistics.mjs";
import { DEFAULT, IMPLEMENTATIONS, KEEP_MEMORY } from "../common/torch-variants.mjs";
import { Worker } from "../common/worker.mjs";
import { OPTIMIZERS } from "./workloads.mjs";

/** Other JavaScript libraries, on their WebAssembly backends with one thread. */
const PEERS = [
  { label: "TensorFlow.js", library: "@tensorflow/tfjs-backend-wasm", file: "tfjs.mjs" },
  { label: "jax-js", library: "@jax-js/jax", file: "jax.mjs" },
];
/** Maximum milliseconds of a peer's step, so that the benchmark takes minutes. */
const PATIENCE = 1000;
/** Variants of PyTorch, beside the default one, that take all rounds. */
const FINALISTS = 2;

const script = (name) => fileURLToPath(new URL(`contestants/${name}`, import.meta.url));

/**
 * Measures a workload: both lowerings, all variants of PyTorch, and other libraries. All take part in the heats; in the
 * other rounds, ours, PyTorch's default and its fastest variants.
 *
 * @param {{ work: string, optimizer: string, threads: number }} row
 * @param {{ pythons: { python: string, version: string }[], modes: string[] }} torch
 * @param {{ rounds: number, heats: number, milliseconds: number }} effort
 */
export async function measure({ work, optimizer, threads }, torch, effort) {
  // The tuning cache begins empty, so that each row tunes its convolutions, as the first process on a computer does.
  const cache = mkdtempSync(join(tmpdir(), "downhill-bench-"));
  try {
    return await race({ work, optimizer, threads }, torch, effort, { XDG_CACHE_HOME: cache });
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}

async function race({ work, optimizer, threads }, { pythons, modes }, effort, environment) {
  const args = (lowering) => [script("ours.mjs"), work, optimizer, String(threads), lowering];
  const own = (lowering) => {
    const firstCompileMs = firstCompiling(args(lowering), environment);
    const worker = new Worker(process.execPath, args(lowering), environment);
    return Object.assign(new Contestant(lowering, worker), { kind: lowering, firstCompileMs });
  };
  const [blocked, portable] = [own("blocked"), own("portable")];
  const torches = pythons.flatMap((python) =>
    modes.flatMap((mode) => variantsOf(python, mode, work, optimizer, threads)),
  );
  const missing = [];
  const peers = threads === 1 ? PEERS.flatMap((peer) => enter(peer, work, optimizer, missing)) : [];
  const entered = [blocked, portable, ...torches, ...peers];
  const reasons = new Map();
  // Without the blocked layout, the portable lowering stands for ours.
  const oursOf = (running) => (running.includes(blocked) ? blocked : portable);
  const finalists = (running) => {
    const isDefault = ({ variant }) => variant === DEFAULT;
    const fastest = running
      .filter((one) => torches.includes(one) && !isDefault(one))
      .sort((a, b) => Math.min(...a.times) - Math.min(...b.times));
    const remaining = new Set([oursOf(running), ...running.filter(isDefault), ...fastest.slice(0, FINALISTS)]);
    return running.filter((one) => remaining.has(one));
  };
  const skipped = (label, reason) => reasons.set(label, reason);
  const running = await compete(entered, effort, skipped, finalists);
  const ours = oursOf(running);
  const entries = entered.map((one) => ({
    label: peers.includes(one) && one.facts.version ? `${one.label} ${one.facts.version}` : one.label,
    kind: one.kind,
    variant: one.variant,
    ...(running.includes(one)
      ? {
          ns: Math.min(...one.times),
          isFinalist: one.times.length === effort.rounds,
          ...(one !== ours && { ratio: ratio(ours.times.slice(0, one.times.length), one.times) }),
          compileMs: one.facts.compileMs,
          firstCompileMs: one.firstCompileMs,
          memory: one.peakMemory,
        }
      : { reason: reasons.get(one.label) }),
  }));
  const capabilities = [...new Set(torches.map(({ facts }) => facts.capability).filter(Boolean))];
  return { work, optimizer, threads, rounds: effort.rounds, capabilities, entries: [...entries, ...missing] };
}

/** Compiles in a separate process, which fills the tuning cache for the contestant; returns the milliseconds it takes. */
function firstCompiling(args, environment) {
  const { stdout } = spawnSync(process.execPath, [...args, "measure"], {
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
  try {
    return JSON.parse(stdout).compileMs;
  } catch {
    // The contestant reports the reason.
    return undefined;
  }
}

/** Returns the variants of one PyTorch in one mode, which share a process. */
function variantsOf({ python, version }, mode, work, optimizer, threads) {
  const [name, settings] = OPTIMIZERS[optimizer].torch;
  const args = [script("torch_train_step.py"), work, name, JSON.stringify(settings), String(threads), mode];
  const worker = new Worker(python, args, { OMP_NUM_THREADS: String(threads), ...KEEP_MEMORY });
  return IMPLEMENTATIONS.map((entry) => {
    const variant = `${mode}, ${entry}`;
    return Object.assign(new Contestant(`PyTorch ${version}, ${variant}`, worker, { entry }), {
      kind: "torch",
      variant,
    });
  });
}

function enter({ label, library, file }, work, optimizer, missing) {
  const lack = lackOf(library);
  if (lack === null) {
    const worker = new Worker(process.execPath, [script(file), work, optimizer]);
    return [Object.assign(new Contestant(label, worker, { patience: PATIENCE }), { kind: "peer" })];
  }
  missing.push({ label, kind: "peer", reason: lack });
  return [];
}
