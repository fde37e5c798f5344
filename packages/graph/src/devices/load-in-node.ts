import { disableTelemetry } from "./disable-telemetry.ts";
import { importInNode } from "./import-in-node.ts";
import type { Runtime } from "./runtime.ts";

/**
 * Loads the native build of ONNX Runtime with its telemetry turned off. Prefers an installed onnxruntime-node, since two
 * copies of the native library in one process abort it.
 */
export async function loadInNode(): Promise<Runtime> {
  await disableTelemetry();
  return (await importIfInstalled("onnxruntime-node")) ?? importInNode<Runtime>("@downhill/onnxruntime");
}

/** Imports a package for Node; returns null if it is not installed. */
export async function importIfInstalled(name: string): Promise<Runtime | null> {
  try {
    return await importInNode<Runtime>(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return null;
    throw error;
  }
}
