import type { ValueInfo, Values } from "../core/values.ts";
import type { DeviceName } from "./device-name.ts";
import type { DeviceTensor } from "./device-tensor.ts";

/** Where a run reads a tensor, or writes it: an array, or what stays on the device. */
export type TensorData = Values | DeviceTensor;

export interface SessionOptions {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly threads: number;
  /** Whether ONNX Runtime may rewrite the graph first. */
  readonly optimize: boolean;
}

/** A compiled model on a device. */
export interface Session {
  /** Runs it once. Where `into` has a place for an output, the values are written there. Gives arrays, not tensors. */
  run(
    feeds: Readonly<Record<string, TensorData>>,
    into: Readonly<Record<string, TensorData>>,
  ): Promise<Record<string, Values>>;
  dispose(): Promise<void>;
}

/** Something that runs ONNX models. */
export interface Device {
  readonly name: DeviceName;
  /** Why it cannot be used here; null where it can. */
  unavailable(): Promise<string | null>;
  compile(model: Uint8Array, options: SessionOptions): Promise<Session>;
  /** Copies numbers to the device, to stay there until they are disposed of. */
  upload(values: Values, info: Pick<ValueInfo, "shape" | "dtype">): Promise<DeviceTensor>;
}
