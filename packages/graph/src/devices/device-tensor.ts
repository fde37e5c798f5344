import type * as onnxruntime from "onnxruntime-common";
import type { Shape } from "../core/shape.ts";
import type { DType, Values } from "../core/values.ts";
import { GraphError } from "../error.ts";
import type { DeviceName } from "./device-name.ts";

interface DeviceTensorParts {
  readonly device: DeviceName;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly tensor: onnxruntime.Tensor;
  download(): Promise<Values>;
  dispose(): Promise<void>;
}

/**
 * A tensor's numbers, which stay on a device from run to run. Who uploaded them owns them, and disposes of them: what a
 * GPU holds is not freed otherwise.
 */
export class DeviceTensor {
  readonly device: DeviceName;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly #parts: DeviceTensorParts;
  #disposed = false;

  /** For devices: to others, their `upload` gives tensors. */
  constructor(parts: DeviceTensorParts) {
    this.#parts = parts;
    this.device = parts.device;
    this.shape = parts.shape;
    this.dtype = parts.dtype;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** What ONNX Runtime takes. */
  get tensor(): onnxruntime.Tensor {
    this.#check("run");
    return this.#parts.tensor;
  }

  /** The numbers, in an array of their own. */
  async download(): Promise<Values> {
    this.#check("download");
    return this.#parts.download();
  }

  /** Frees its memory; doing so again changes nothing. */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.#parts.dispose();
  }

  #check(what: string): void {
    if (this.#disposed) throw new GraphError(`${what}: the tensor on the device '${this.device}' was disposed of`);
  }
}
