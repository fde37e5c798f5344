import type { DeviceName } from "../devices/device-name.ts";
import { isNode } from "../devices/import-in-node.ts";

/** What computes while a file is made: float32 throughout, where a GPU might round otherwise. */
export const DEVICE: DeviceName = isNode ? "cpu" : "wasm";
