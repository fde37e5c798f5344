import type * as Os from "node:os";
import type * as Path from "node:path";
import { importInNode } from "../devices/import-in-node.ts";
import { loadInNode } from "../devices/load-in-node.ts";

/** Raise it when a variant keeps its name but changes its computation. */
const EDITION = 2;

/** Describes what measured times depend on besides shapes: processor, threads, element type and versions. */
export async function describeMachine(threads: number): Promise<string> {
  const { arch, cpus } = await importInNode<typeof Os>("node:os");
  const { env } = await loadInNode();
  const processor = cpus()[0]?.model.trim() || arch();
  return `${processor}, ${threads} threads, float32, ONNX Runtime ${env.versions.node}, edition ${EDITION}`;
}

/** Path of the tuning cache: `downhill/lowerings.json` in `$XDG_CACHE_HOME`, or in `~/.cache`. */
export async function tuningCachePath(): Promise<string> {
  const { homedir } = await importInNode<typeof Os>("node:os");
  const { join } = await importInNode<typeof Path>("node:path");
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "downhill", "lowerings.json");
}
