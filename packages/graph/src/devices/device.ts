import type { ConstantData } from "../constant.ts";
import type { Shape } from "../shape.ts";
import type { DType } from "../tensor.ts";

/** Numbers of a tensor; those of bool tensors are 0 and 1. */
export type Values = ConstantData;

export interface ValueInfo {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

export interface SessionOptions {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly threads: number;
  /** Whether ONNX Runtime may rewrite the graph first. */
  readonly optimize: boolean;
}

/** A compiled model on a device. */
export interface Session {
  /** Runs it once. Where `into` has an array for an output, the values are written there. */
  run(feeds: Readonly<Record<string, Values>>, into: Readonly<Record<string, Values>>): Promise<Record<string, Values>>;
  dispose(): Promise<void>;
}

export type DeviceName = "cpu" | "webgpu" | "wasm";

/** Something that runs ONNX models. */
export interface Device {
  readonly name: DeviceName;
  /** Why it cannot be used here; null where it can. */
  unavailable(): Promise<string | null>;
  compile(model: Uint8Array, options: SessionOptions): Promise<Session>;
}
