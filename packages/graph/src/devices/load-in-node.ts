import { disableTelemetry } from "./disable-telemetry.ts";
import { importInNode } from "./import-in-node.ts";
import type { Runtime } from "./session.ts";

/** Loads ONNX Runtime's native build, with its telemetry turned off. */
export async function loadInNode(): Promise<Runtime> {
  await disableTelemetry();
  return importInNode<Runtime>("@downhill/onnxruntime");
}
