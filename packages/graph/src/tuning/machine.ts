import type * as Os from "node:os";
import type * as Path from "node:path";
import { importInNode } from "../devices/import-in-node.ts";
import { loadInNode } from "../devices/load-in-node.ts";

/** To be raised when a variant of the same name becomes another computation. */
const EDITION = 2;

/** What times of computations depend on besides their shapes. */
export async function describeMachine(threads: number): Promise<string> {
  const { arch, cpus } = await importInNode<typeof Os>("node:os");
  const { env } = await loadInNode();
  const processor = cpus()[0]?.model.trim() || arch();
  const { node: version } = env.versions as { readonly node?: string };
  return `${processor}, ${threads} threads, float32, ONNX Runtime ${version}, edition ${EDITION}`;
}

/** Where choices are remembered: `downhill/lowerings.json` in `$XDG_CACHE_HOME`, or in `~/.cache`. */
export async function memoryPath(): Promise<string> {
  const { homedir } = await importInNode<typeof Os>("node:os");
  const { join } = await importInNode<typeof Path>("node:path");
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "downhill", "lowerings.json");
}
