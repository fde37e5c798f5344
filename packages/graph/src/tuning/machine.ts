import type * as Fs from "node:fs/promises";
import type * as Os from "node:os";
import type * as Path from "node:path";
import { importInNode } from "../devices/import-in-node.ts";
import { loadInNode } from "../devices/load-in-node.ts";

/** Raise it when a variant keeps its name but changes its computation. */
const EDITION = 2;

/**
 * Describes what measured times depend on besides shapes: processor, block size, threads, element type and versions.
 * @param block block size of the lowering; null for standard ops
 */
export async function describeMachine(threads: number, block: number | null): Promise<string> {
  const { arch, cpus } = await importInNode<typeof Os>("node:os");
  const { env } = await loadInNode();
  const processor = `${cpus()[0]?.model.trim() || "unknown"} (${(await instructionSet()) ?? arch()})`;
  const layout = block === null ? "standard ops" : `blocks of ${block}`;
  return `${processor}, ${layout}, ${threads} threads, float32, ONNX Runtime ${env.versions.node}, edition ${EDITION}`;
}

/** Vector instructions of different widths, in Linux's words, the widest first. */
const INSTRUCTION_SETS = ["avx512f", "avx2", "avx", "sse4_2", "asimd"] as const;

/**
 * Returns the widest vector instructions of the processor; null where the system does not list them. Virtual machines give
 * processors of several generations one model name, such as "AMD EPYC".
 */
export async function instructionSet(): Promise<string | null> {
  const listed = await processorFeatures();
  return INSTRUCTION_SETS.find((name) => listed.has(name)) ?? null;
}

/** Returns the features of the processor in Linux's words, such as `avx2`; none where the system does not list them. */
export async function processorFeatures(): Promise<ReadonlySet<string>> {
  const { readFile } = await importInNode<typeof Fs>("node:fs/promises");
  const text = await readFile("/proc/cpuinfo", "utf8").catch(() => "");
  return new Set(/^(?:flags|Features)\s*:(.*)$/m.exec(text)?.[1]?.split(" "));
}

/** Path of the tuning cache: `downhill/lowerings.json` in `$XDG_CACHE_HOME`, or in `~/.cache`. */
export async function tuningCachePath(): Promise<string> {
  const { homedir } = await importInNode<typeof Os>("node:os");
  const { join } = await importInNode<typeof Path>("node:path");
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "downhill", "lowerings.json");
}
