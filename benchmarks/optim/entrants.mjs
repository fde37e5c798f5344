import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Contestant } from "../common/contestant.mjs";
import { lackOf } from "../common/peers.mjs";
import { Worker } from "../common/worker.mjs";
import { model } from "./models.mjs";

/** Build of the package by `tsc -b`. */
export const BUILD = new URL("../../packages/optim/dist/index.js", import.meta.url).href;

export const script = (name) => fileURLToPath(new URL(`contestants/${name}`, import.meta.url));

/**
 * Measured optimizers: our name and settings, PyTorch's, and the number of states to move.
 */
export const OPTIMIZERS = {
  adam: { title: "Adam", ours: "adam", settings: {}, torch: ["Adam", {}], states: 2 },
  adamw: { title: "AdamW", ours: "adamw", settings: {}, torch: ["AdamW", {}], states: 2 },
  nesterov: {
    title: "SGD-Nesterov",
    ours: "sgd",
    settings: { lr: 0.001, momentum: 0.9, nesterov: true },
    torch: ["SGD", { lr: 0.001, momentum: 0.9, nesterov: true }],
    states: 1,
  },
  rmsprop: { title: "RMSprop", ours: "rmsprop", settings: {}, torch: ["RMSprop", {}], states: 1 },
  lion: { title: "Lion", ours: "lion", settings: {}, states: 1 },
};

/** Node before 22 has relaxed SIMD behind a flag. */
const RELAXED_FLAG = Number(process.versions.node.split(".")[0]) < 22 ? ["--experimental-wasm-relaxed-simd"] : [];

/** Returns this project's contestant: an optimizer of {@link OPTIMIZERS}, a model's name or a number of parameters, and options of `bind`. */
export function ours(optimizer, modelName, bind = {}, threads = 1) {
  const { ours: name, settings, title } = OPTIMIZERS[optimizer];
  const order = { build: BUILD, model: String(modelName), optimizer: name, settings, bind, threads };
  const flags = bind.relaxedSimd ? RELAXED_FLAG : [];
  return new Contestant(title, new Worker(process.execPath, [...flags, script("ours.mjs"), JSON.stringify(order)]));
}

let compiled;

/** Compiles the loop that only moves bytes; returns its path, or the problem. @returns {{ path?: string, problem?: string }} */
function compileLimit() {
  const folder = mkdtempSync(join(tmpdir(), "downhill-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "move_bytes");
  try {
    execFileSync("gcc", ["-O3", "-march=native", "-pthread", script("move_bytes.c"), "-o", path], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    return { path };
  } catch (error) {
    return {
      problem: error.code === "ENOENT" ? "there is no gcc" : String(error.stderr ?? error.message).split("\n")[0],
    };
  }
}

/**
 * Returns the C loop that moves the bytes of a number of states and parameters, in the system's default pages
 * ("default", as for a WebAssembly memory), of 4 KB ("small"), or of 2 MB if it grants them ("huge"), on a number of threads.
 *
 * @returns {Contestant | null} null without a compiler, with the reason passed to `skipped`
 */
export function limit(states, parameters, pages, skipped, threads = 1) {
  compiled ??= compileLimit();
  const label = `C loop${pages === "default" ? "" : `, ${pages} pages`}`;
  if (compiled.path)
    return new Contestant(
      label,
      new Worker(compiled.path, [String(parameters), String(states), pages, String(threads)]),
    );
  skipped(label, compiled.problem);
  return null;
}

/** Returns PyTorch's optimizer on a model; `variant` adds to its settings. */
export function torch({ python }, optimizer, modelName, { label, settings = {}, threads = 1, env = {} }) {
  const [name, own] = OPTIMIZERS[optimizer].torch;
  const shapes = JSON.stringify(Object.values(model(modelName)));
  const args = [script("torch_step.py"), shapes, name, JSON.stringify({ ...own, ...settings }), String(threads)];
  return new Contestant(label, new Worker(python, args, { OMP_NUM_THREADS: String(threads), ...env }));
}

/**
 * Returns a library of benchmarks/package.json.
 *
 * @returns {Contestant | null} null if it is not installed, with the reason passed to `skipped`
 */
export function peer(label, library, file, modelName, skipped) {
  const lack = lackOf(library);
  if (lack !== null) {
    skipped(label, lack);
    return null;
  }
  return new Contestant(label, new Worker(process.execPath, [script(file), modelName]));
}
