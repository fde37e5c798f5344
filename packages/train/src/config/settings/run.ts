import { availableParallelism } from "node:os";
import { z } from "zod";
import { option } from "./setting.ts";
import { count } from "./zod.ts";

/** Maximum number of threads: more than any processor has, and each takes memory. */
export const MOST_THREADS = 256;

/** Maximum number of snapshots, which fit into memory together. */
const MOST_SNAPSHOTS = 500;

/** Settings of reproducibility, hardware and checkpoints. */
export const runSettings = {
  checkpointSeconds: option(z.number().positive(), 30, {
    doc: "time between checkpoints within an epoch",
    label: "Checkpoint every",
    unit: "seconds",
  }),
  /** Number of evenly spaced steps after which the weights are also kept, besides the initial ones; default none. */
  snapshots: option(count(1, MOST_SNAPSHOTS), null, {
    doc: "also keep the weights of N evenly spaced steps, for loss landscapes",
    label: "Snapshots of the weights",
    unset: "none",
  }),
  /** Random seed of orders, augmentation, dropout and every other random choice; default 0. */
  seed: option(count(0, 2 ** 32 - 1), 0, {
    doc: "random seed",
    label: "Random seed",
  }),
  threads: option(count(1, MOST_THREADS), availableParallelism, {
    doc: "compute threads",
    label: "Threads",
    unset: "one per core",
    resolved: count(),
  }),
  device: option(z.enum(["cpu", "webgpu", "wasm"]), null, {
    doc: "compute device",
    label: "Device",
    unset: "the best that works",
    resolved: z.string(),
  }),
  tune: option(z.boolean(), true, {
    doc: "measure which kernels are fastest on the CPU",
    label: "Kernel tuning",
  }),
  tuneSeconds: option(z.number().min(0), null, {
    doc: "maximum time to measure the kernels of a program",
    label: "Time for kernel tuning",
    unit: "seconds",
    unset: "0.5",
  }),
};
