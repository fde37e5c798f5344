import { createRequire } from "node:module";
import { arch, platform } from "node:os";

const require = createRequire(import.meta.url);

/** Returns the versions that may change the result of a run. */
export function versions() {
  return {
    downhill: (require("../../package.json") as { version: string }).version,
    node: process.versions.node,
    onnxruntime: (require("@downhill/onnxruntime/package.json") as { version: string }).version,
    platform: `${platform()}-${arch()}`,
  };
}
