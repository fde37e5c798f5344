import type { Shape } from "../core/shape.ts";
import type { DType, Values } from "../core/values.ts";
import { GraphError } from "../error.ts";
import type { DeviceName } from "./device-name.ts";
import type { RuntimeTensor } from "./runtime.ts";

interface DeviceTensorParts {
  readonly device: DeviceName;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly tensor: RuntimeTensor;
  download(): Promise<Values>;
  dispose(): Promise<void>;
}

/**
 * Values of a tensor that stay on a device between runs. The code that uploads them must dispose of them: GPU memory is
 * not garbage collected.
 */
export class DeviceTensor {
  readonly device: DeviceName;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly #parts: DeviceTensorParts;
  #disposed = false;

  /** Called by devices only. Other code calls `upload` of a device. */
  constructor(parts: DeviceTensorParts) {
    this.#parts = parts;
    this.device = parts.device;
    this.shape = parts.shape;
    this.dtype = parts.dtype;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Tensor of ONNX Runtime that holds the values. */
  get tensor(): RuntimeTensor {
    this.#check("run");
    return this.#parts.tensor;
  }

  /** Copies the values into a new array. */
  async download(): Promise<Values> {
    this.#check("download");
    return this.#parts.download();
  }

  /** Frees the tensor's memory. Further calls have no effect. */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.#parts.dispose();
  }

  #check(action: string): void {
    if (this.#disposed) throw new GraphError(`${action}: the tensor on the device '${this.device}' is disposed`);
  }
}
