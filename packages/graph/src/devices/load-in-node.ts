import { disableTelemetry } from "./disable-telemetry.ts";
import { importInNode } from "./import-in-node.ts";
import type { Runtime } from "./session.ts";

/**
 * Loads ONNX Runtime's native build, with its telemetry turned off. An onnxruntime-node that the user has installed comes
 * first: two copies of its native library in one process abort it.
 */
export async function loadInNode(): Promise<Runtime> {
  await disableTelemetry();
  return (await importIfInstalled("onnxruntime-node")) ?? importInNode<Runtime>("@downhill/onnxruntime");
}

/** Imports a package for Node; null where it is not installed. */
export async function importIfInstalled(name: string): Promise<Runtime | null> {
  try {
    return await importInNode<Runtime>(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return null;
    throw error;
  }
}
