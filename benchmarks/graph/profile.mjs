import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNetwork, lower, models, probeArithmetic, trainingGraph } from "@downhill/graph";
import { table } from "../common/report.mjs";
import { batchOf, CLASSES, WORKLOADS } from "./workloads.mjs";

/** Loads ONNX Runtime as the graph package does: two copies of it cannot share a process. */
function loadRuntime() {
  const require = createRequire(import.meta.resolve("@downhill/graph"));
  try {
    return require("onnxruntime-node");
  } catch {
    return require("@downhill/onnxruntime");
  }
}

const STEPS = 20;
const SHOWN = 20;

/**
 * Reports the time of ONNX Runtime's kernels in a workload's step by op and shapes. Convolutions use their default variants,
 * not those of the tuning cache.
 */
export async function profile(work, lowering, threads) {
  const { model: name, imageShape, options, batch } = WORKLOADS[work];
  const model = models[name](imageShape, CLASSES, options);
  const { InferenceSession, Tensor } = loadRuntime();
  const { block } = await probeArithmetic({ device: "cpu", lowering });
  const { bytes, inputs } = lower(trainingGraph(model, batch), { block });
  const folder = mkdtempSync(join(tmpdir(), "downhill-profile-"));
  try {
    const session = await InferenceSession.create(bytes, {
      graphOptimizationLevel: lowering === "blocked" ? "disabled" : "all",
      intraOpNumThreads: threads,
      enableProfiling: true,
      profileFilePrefix: join(folder, "profile"),
      logSeverityLevel: 3,
    });
    const feeds = feedsOf(Tensor, inputs, createNetwork(model, { seed: 1 }), batchOf(WORKLOADS[work]));
    for (let step = 0; step < STEPS; step++) await session.run(feeds);
    session.endProfiling();
    await session.release();
    return report(work, lowering, threads, JSON.parse(readFileSync(join(folder, readdirSync(folder)[0]), "utf8")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function feedsOf(Tensor, inputs, { parameters, buffers }, batch) {
  const feeds = {};
  for (const { name, shape, dtype } of inputs) {
    const values = batch[name] ?? buffers[name] ?? parameters.value(name).slice();
    feeds[name] = new Tensor(dtype, values, shape);
  }
  return feeds;
}

function report(work, lowering, threads, events) {
  const spent = new Map();
  let [total, nodes] = [0, 0];
  for (const { cat, name, dur, args } of events) {
    if (cat !== "Node" || !name.endsWith("_kernel_time")) continue;
    const key = `${args.op_name} | ${shapes(args.input_type_shape)} | ${shapes(args.output_type_shape)}`;
    const before = spent.get(key) ?? { ms: 0, count: 0 };
    spent.set(key, { ms: before.ms + dur / STEPS / 1000, count: before.count + 1 / STEPS });
    total += dur / STEPS / 1000;
    nodes += 1 / STEPS;
  }
  const rows = [...spent].map(([key, { ms, count }]) => ({ key, ms, count })).sort((a, b) => b.ms - a.ms);
  const columns = [
    ["ms", ({ ms }) => ms.toFixed(2)],
    ["share", ({ ms }) => `${((100 * ms) / total).toFixed(1)} %`],
    ["times", ({ count }) => count.toFixed(0)],
    ["op", ({ key }) => key.split(" | ")[0]],
    ["inputs", ({ key }) => key.split(" | ")[1]],
    ["output", ({ key }) => key.split(" | ")[2]],
  ];
  const title = `${WORKLOADS[work].title}, ${lowering}, ${threads} threads: ${total.toFixed(2)} ms per step in ${nodes.toFixed(0)} kernels`;
  return `${title}\n\n${table({ columns, rows: rows.slice(0, SHOWN) })}`;
}

const shapes = (list) => (list ?? []).map((entry) => Object.values(entry)[0].join("x")).join(" ");
