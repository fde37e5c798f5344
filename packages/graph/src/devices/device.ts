import type { ValueInfo, Values } from "../core/values.ts";
import type { DeviceName } from "./device-name.ts";
import type { DeviceTensor } from "./device-tensor.ts";

/** Source or target of a tensor in a run: an array, or a tensor on the device. */
export type TensorData = Values | DeviceTensor;

export interface SessionOptions {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly threads: number;
  /** Lets ONNX Runtime rewrite the graph. */
  readonly optimize: boolean;
}

/** A compiled model on a device. */
export interface Session {
  /** Runs the model once, and writes outputs to their targets in `into`. Returns the outputs that are not on the device. */
  run(
    feeds: Readonly<Record<string, TensorData>>,
    into: Readonly<Record<string, TensorData>>,
  ): Promise<Record<string, Values>>;
  dispose(): Promise<void>;
}

/** An execution provider that runs ONNX models. */
export interface Device {
  readonly name: DeviceName;
  /** Returns the reason why the device is unavailable here; null if it is available. */
  unavailable(): Promise<string | null>;
  compile(model: Uint8Array, options: SessionOptions): Promise<Session>;
  /** Copies values to the device, where they stay until the tensor is disposed. */
  upload(values: Values, info: Pick<ValueInfo, "shape" | "dtype">): Promise<DeviceTensor>;
}
