import type { DeviceName } from "../devices/device-name.ts";
import { isNode } from "../devices/import-in-node.ts";

/** Device that computes during an export. Not a GPU, which may compute with less precision than float32. */
export const DEVICE: DeviceName = isNode ? "cpu" : "wasm";
